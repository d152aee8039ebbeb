using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>What never shares an alert: an anomalous node, a stale one, one that is down, a source that is away. Stored: the numbers never change.</summary>
public enum FindingClass
{
    Fault = 0,
    Silence = 1,
    Down = 2,
    Away = 3,
}

/// <summary>How far an alert reaches. Stored: the numbers never change.</summary>
public enum CauseScope
{
    Node = 0,
    Job = 1,
    Switch = 2,
    Site = 3,
}

/// <summary>What an open alert is found by. There is one open alert a key.</summary>
/// <param name="Name">The node, the job by <see cref="NameOf"/>, the switch, or the kind of a fault of the whole site.</param>
public readonly record struct CauseKey(FindingClass Class, CauseScope Scope, string Name)
{
    /// <summary>To the millisecond: a hook and the accounting may put one job's start into the same second and not into the same millisecond.</summary>
    public static string NameOf(JobKey job) => $"{job.JobId}@{job.StartMs}";
}

public readonly record struct FindingKey(NodeKey Node, FindingSource Source, string Rule)
{
    public static FindingKey Of(Finding finding) => new(finding.Node, finding.Source, finding.Rule);

    public FindingClass Class => Source switch
    {
        FindingSource.Silence => FindingClass.Silence,
        FindingSource.Scheduler => FindingClass.Down,
        FindingSource.SourceAway => FindingClass.Away,
        _ => FindingClass.Fault,
    };
}

/// <summary>A finding as it stands. Kept until nothing needs it: while it lasts, and then while its alert is open.</summary>
/// <param name="FirstSeenMs">By the book's clock; <see cref="Finding.SinceMs"/> is event time.</param>
/// <param name="EndedMs">By the book's clock; null while it lasts.</param>
/// <param name="Alert">The open alert that it belongs to; 0 = none.</param>
/// <param name="FirstAtMs">Event time of its first word.</param>
/// <param name="MutedBy">The verdict that it was counted for; 0 = none.</param>
public sealed partial record FindingRow(Finding Finding, long FirstSeenMs, long? EndedMs, long Alert, long FirstAtMs, long MutedBy = 0)
{
    /// <summary>Three times the distance in which a finding that lasts is told again.</summary>
    private const long UntoldMs = 15 * 60_000;

    public FindingKey Key => FindingKey.Of(Finding);

    /// <summary>It is over, no alert told of it, and by event time it lasted as long as is asked for: its words came late, after a crash say. It is raised
    /// and cleared as it would have been on time.</summary>
    internal bool Untold(AlertOptions options) => EndedMs is not null && Alert == 0
        && Finding.AtMs - Finding.SinceMs >= (Finding.HoldMs ?? (long)options.Hold.TotalMilliseconds)
        && Finding.AtMs - FirstAtMs >= (long)options.Gather.TotalMilliseconds;

    /// <summary>An alert told of it, or it has lasted long enough to be told of, and long enough that others have had their turn.</summary>
    internal bool IsRipe(long nowMs, AlertOptions options) => Alert != 0 || (nowMs - FirstSeenMs >= (long)options.Gather.TotalMilliseconds
        && (Untold(options) || (EndedMs is null && nowMs - Math.Min(Finding.SinceMs, FirstSeenMs) >= (Finding.HoldMs ?? (long)options.Hold.TotalMilliseconds))));

    /// <summary>When it ended; null while it lasts. A finding of one that keeps it in memory only is over when nobody says so any more.</summary>
    internal long? EndAt(long nowMs) => EndedMs
        ?? (Finding.Source is FindingSource.Peer or FindingSource.SourceAway && nowMs - Finding.AtMs >= UntoldMs ? Finding.AtMs + UntoldMs : null);
}

/// <summary>An open alert and what it takes to go on with it.</summary>
/// <param name="Key">By which it is found now; the labels say what it was raised as.</param>
/// <param name="Flaps">How often its cause had come back when it was raised.</param>
/// <param name="ToldNodes">The most nodes that a revision told of.</param>
public sealed partial record AlertRow(Alert Alert, CauseKey Key, int Flaps, int ToldNodes);

/// <summary>A cause that was over a while ago.</summary>
public sealed partial record FlapRow(CauseKey Key, int Count, long ClearedMs);
