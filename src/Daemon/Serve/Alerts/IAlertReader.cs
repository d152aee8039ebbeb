using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Alerts;

/// <summary>The stored alerts, each as its latest revision has it.</summary>
internal interface IAlertReader
{
    /// <summary>The newest first. One more than <see cref="AlertQuery.Limit"/> where there are more.</summary>
    /// <exception cref="Shared.DependencyException">The store cannot be asked now.</exception>
    ValueTask<IReadOnlyList<Alert>> FindAsync(AlertQuery query, CancellationToken stop);

    ValueTask<Alert?> FindAsync(AlertId id, CancellationToken stop);
}
