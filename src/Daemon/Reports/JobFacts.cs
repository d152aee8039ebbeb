using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Reports;

/// <summary>What is stored about one run of a job: all that a report is made of.</summary>
/// <param name="Nodes">By name, at most <see cref="MostNodes"/> of the run's.</param>
/// <param name="Alerts">That were open while it ran, or were raised within <see cref="After"/> of its end, and have one of its nodes; the oldest first.</param>
/// <param name="UntilMs">Its end, or now: the rest of the report looks no further.</param>
internal sealed record RunFacts(JobEvent Run, IReadOnlyList<NodeFacts> Nodes, IReadOnlyList<AlertFact> Alerts, long UntilMs)
{
    public const int MostNodes = 4096;

    /// <summary>What breaks a job is often seen a moment after it.</summary>
    public static readonly TimeSpan After = TimeSpan.FromMinutes(10);

    public long FromMs => Run.StartMs!.Value;

    public bool Ended => Run.EndMs is not null;
}

/// <param name="Segments">Of the run's time, in order.</param>
/// <param name="Scores">As far as they are remembered; may be empty.</param>
internal sealed record NodeFacts(string Name, IReadOnlyList<SegmentRow> Segments, IReadOnlyList<ScorePoint> Scores);

/// <param name="Score">NaN where there is none.</param>
internal readonly record struct ScorePoint(long TimeMs, float Score, float Threshold);

/// <param name="Verdict">What an operator said of it; null = nothing that stands.</param>
internal sealed record AlertFact(Alert Alert, Verdict? Verdict)
{
    /// <summary>An operator says that it was nothing.</summary>
    public bool Dismissed => Verdict is { Word: not VerdictWord.Fault };

    public bool Confirmed => Verdict is { Word: VerdictWord.Fault };

    /// <summary>Something is wrong, as opposed to nothing being known.</summary>
    public bool Fault => Alert.Labels.AlertName is not ("TocsinNodeSilent" or "TocsinJobSilent" or "TocsinSharedSilence" or "TocsinSourceAway");

    public bool Down => Alert.Labels.AlertName is "TocsinNodeDown" or "TocsinJobDown" or "TocsinSharedDown";

    /// <summary>It was there before the run ended.</summary>
    public bool Before(long endMs) => Alert.SinceMs < endMs;

    public bool On(string node) => Alert.Nodes.Contains(node, StringComparer.Ordinal) || Alert.NodeCount > Alert.Nodes.Count;
}
