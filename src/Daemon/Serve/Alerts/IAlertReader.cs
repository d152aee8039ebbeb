using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Alerts;

/// <summary>Which alerts are asked for; null = all.</summary>
/// <param name="FromMs">Those that were open at or after it, unix milliseconds.</param>
/// <param name="UntilMs">Those that were raised before it.</param>
/// <param name="Node">Among those that show it (the first 64 are known), or named in the labels.</param>
/// <param name="Before">Only lower numbers: the page after the one that ended with it.</param>
/// <param name="Limit">1 to 1,000.</param>
internal sealed record AlertQuery(
    long? FromMs = null, long? UntilMs = null, string? Node = null, string? Job = null, FaultKind? Kind = null, Severity? AtLeast = null, bool? Open = null, long? Before = null, int Limit = 100)
{
    public bool Wants(Alert a) =>
        (FromMs is null || a.ClearedMs is null || a.ClearedMs >= FromMs)
        && (UntilMs is null || a.RaisedMs < UntilMs)
        && (Node is null || a.Labels.Node == Node || a.Nodes.Contains(Node))
        && (Job is null || a.Job?.JobId == Job || a.Labels.Job == Job)
        && (Kind is null || a.Kind == Kind)
        && (AtLeast is null || a.Severity >= AtLeast)
        && (Open is null || a.Open == Open)
        && (Before is null || a.Id.Number < Before);
}

/// <summary>The stored alerts, each as its latest revision has it.</summary>
internal interface IAlertReader
{
    /// <summary>The newest first. One more than <see cref="AlertQuery.Limit"/> where there are more.</summary>
    /// <exception cref="Shared.DependencyException">The store cannot be asked now.</exception>
    ValueTask<IReadOnlyList<Alert>> FindAsync(AlertQuery query, CancellationToken stop);

    ValueTask<Alert?> FindAsync(AlertId id, CancellationToken stop);
}
