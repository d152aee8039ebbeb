using Tocsin.Actors.Alerts.Words;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Findings;

/// <summary>Hysteresis in frames. Opened by <see cref="Open"/> of the last <see cref="Of"/> frames, so that one frame opens nothing and a single gap
/// holds nothing up; closed by <see cref="Calm"/> frames in a row clearly under the threshold, so that a score that rides on it does not flap.</summary>
public sealed record FinderOptions
{
    /// <summary>1 to <see cref="Of"/>.</summary>
    public int Open { get; init; } = 2;

    /// <summary>1 to 32.</summary>
    public int Of { get; init; } = 3;

    /// <summary>1 to 1000.</summary>
    public int Calm { get; init; } = 4;

    /// <summary>A frame is calm under this share of the threshold. 0.1 to 1.</summary>
    public float CalmShare { get; init; } = 0.8f;

    /// <summary>Frames in a row without an alarm that close it although the score stays high: an unmatched segment has scores and no alarms. 1 to 10,000.</summary>
    public int Mute { get; init; } = 20;

    public static FinderOptions Usual { get; } = new();
}

/// <summary>What a finder remembers of one node. Plain, so that a node's row can hold it.</summary>
/// <param name="Sent">As it was last told; null = nothing is found.</param>
/// <param name="Recent">One bit a frame, the newest lowest: was it alarmed.</param>
/// <param name="OnsetMs">The first alarmed frame of those that led to it.</param>
public sealed partial record FinderState(Finding? Sent, uint Recent, long OnsetMs, int CalmFrames, int MuteFrames)
{
    public static FinderState Nothing { get; } = new(null, 0, 0, 0, 0);
}

/// <summary>Turns one node's scores into findings: opened, worse, over.</summary>
public static class ScoreFinder
{
    /// <param name="evidence">Asked for only where a finding is sent.</param>
    /// <returns>The new state, and what is to be told; null = nothing new.</returns>
    public static (FinderState State, Finding? Told) Step(
        FinderState state, FindingContext context, FindingSource source, NodeScore score, Func<IReadOnlyList<MetricEvidence>> evidence, FinderOptions options)
    {
        // A frame without a score (the first of a segment) says nothing either way.
        if (float.IsNaN(score.Score))
            return (state, null);
        var recent = (state.Recent << 1) | (score.Alarm ? 1u : 0u);
        var onset = score.Alarm && (state.Recent & Mask(options.Of - 1)) == 0 ? score.TimeMs : state.OnsetMs;
        var calm = score.Score < options.CalmShare * score.Threshold ? state.CalmFrames + 1 : 0;
        var mute = score.Alarm ? 0 : state.MuteFrames + 1;
        var next = new FinderState(state.Sent, recent, onset, calm, mute);
        if (state.Sent is not { } sent)
        {
            if (!score.Alarm || System.Numerics.BitOperations.PopCount(recent & Mask(options.Of)) < options.Open)
                return (next, null);
            var opened = Tell(context, source, score, onset, evidence());
            return (next with { Sent = opened }, opened);
        }
        if (calm >= options.Calm || mute >= options.Mute)
        {
            var over = SentFinding.Over(sent, score.TimeMs);
            return (next with { Sent = null, Recent = 0 }, over);
        }
        if (!SentFinding.IsDue(sent, context, score.Score, score.TimeMs))
            return (next, null);
        var again = Tell(context, source, score, sent.SinceMs, score.Alarm ? evidence() : sent.Top);
        return (next with { Sent = again }, again);
    }

    /// <summary>The node is watched no more by this finder (no library, another pattern): what was found is over.</summary>
    public static (FinderState State, Finding? Told) Drop(FinderState state, long nowMs) =>
        (FinderState.Nothing, state.Sent is { } sent ? SentFinding.Over(sent, nowMs) : null);

    private static uint Mask(int bits) => bits >= 32 ? uint.MaxValue : (1u << bits) - 1;

    private static Finding Tell(FindingContext context, FindingSource source, NodeScore score, long since, IReadOnlyList<MetricEvidence> top) => new()
    {
        Node = context.Node,
        Source = source,
        Kind = FaultKinds.Of(top, context.Job is not null),
        Job = context.Job,
        JobNodes = context.JobNodes,
        SegmentStartMs = context.SegmentStartMs,
        SinceMs = since,
        AtMs = score.TimeMs,
        Score = score.Score,
        Threshold = float.IsFinite(score.Threshold) ? score.Threshold : 0,
        Top = [.. top.Take(8)],
    };
}
