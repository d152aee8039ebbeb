using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Verdicts;

/// <param name="Status">As HTTP has it.</param>
/// <param name="Verdict">Null where there is none; of a preview without a number.</param>
/// <param name="Preview">Null where none was asked for.</param>
/// <param name="Problem">Null where it was done.</param>
internal sealed record VerdictAnswer(int Status, StoredVerdict? Verdict, VerdictPreview? Preview, string? Problem)
{
    public static VerdictAnswer No(int status, string problem, VerdictPreview? preview = null) => new(status, null, preview, problem);
}

/// <summary>What operators say of alerts: given, listed, undone. Any thread.</summary>
internal interface IVerdictDesk
{
    /// <param name="apply">False: only says what it would do.</param>
    /// <exception cref="Shared.DependencyException">The store cannot be asked now.</exception>
    Task<VerdictAnswer> GiveAsync(AlertId alert, VerdictWords words, bool apply, CancellationToken stop);

    /// <exception cref="Shared.DependencyException">The store cannot be asked now.</exception>
    Task<VerdictAnswer> UndoAsync(long number, string who, CancellationToken stop);

    /// <exception cref="Shared.DependencyException">The store cannot be asked now.</exception>
    ValueTask<IReadOnlyList<StoredVerdict>> FindAsync(VerdictQuery query, CancellationToken stop);
}
