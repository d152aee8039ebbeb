using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Labels;

/// <summary>What operators marked. Any thread.</summary>
internal interface ILabelDesk
{
    /// <summary>The newest first.</summary>
    /// <exception cref="Shared.DependencyException">The store cannot be asked now.</exception>
    Task<IReadOnlyList<Label>> FindAsync(LabelQuery query, CancellationToken stop);

    /// <returns>It, with its number; the one that stands where the same was marked before.</returns>
    /// <exception cref="Shared.DependencyException">The store does not take it now.</exception>
    Task<Label> AddAsync(Label label, CancellationToken stop);

    /// <returns>Null: there is none of that number.</returns>
    /// <exception cref="Shared.DependencyException">The store does not take it now.</exception>
    Task<Label?> UndoAsync(long number, long atMs, string by, CancellationToken stop);
}
