using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Demo;

/// <summary>The run in which an alert was raised, once more, after an operator has said what he thinks of it: on the same nodes, for which that holds, and beside them on a node for
/// which nobody said anything. So the same cause comes again, and what the verdict does can be counted instead of believed. Pure.</summary>
/// <param name="Stage">Of those nodes alone; the others rest.</param>
/// <param name="Spoken">Nodes of the verdict.</param>
/// <param name="Beside">The node that shows what would have been told.</param>
/// <param name="PhaseMs">Where in its second it was played before: frames are cut each second, and cut alike they bear the same values.</param>
internal sealed record Encore(Stage Stage, IReadOnlyList<string> Spoken, IReadOnlyList<string> Beside, int PhaseMs)
{
    /// <summary>Longest; the runs of the sample take two thirds of it at most.</summary>
    public const long MostMs = 150_000;

    /// <summary>Played before the run, so that its first frames have rates as they had then. Too short for an alarm: a segment settles first.</summary>
    private const long LeadMs = 4_000;

    /// <summary>Played after the run's end, or around an alert of an idle node: alerts are raised a while after they begin.</summary>
    private const long AroundMs = 20_000;

    /// <returns>Null where the alert is none of the stage's, or no other node plays alone.</returns>
    public static Encore? Of(Stage stage, ShownAlert alert, long beginMs, IReadOnlyList<JobRun> runs, IReadOnlyList<FaultEvent> faults)
    {
        var at = alert.SinceMs - beginMs;
        var track = stage.Tracks.FirstOrDefault(t => alert.Nodes.Any(t.Nodes.Contains));
        var beside = stage.Tracks.FirstOrDefault(t => t.Nodes.Count == 1 && t != track);
        if (beside is null || track?.At(at) is not { } clip)
            return null;
        var recorded = clip.ToRecorded(at);
        var run = runs.FirstOrDefault(r => r.StartMs <= recorded && recorded < (r.EndMs ?? long.MaxValue));
        var from = Math.Max(clip.FromMs, run is null ? recorded - (2 * AroundMs) : run.StartMs - LeadMs);
        var until = Math.Min(Math.Min(clip.UntilMs, from + MostMs), (run?.EndMs ?? recorded) + AroundMs);
        var again = Stage.Lay(0, (from, until));
        return new Encore(Stage.Of([track with { Clips = again }, beside with { Clips = again }], runs, faults, Stage.FirstJobId + stage.Jobs.Count), track.Nodes, beside.Nodes,
            (int)((beginMs + clip.ToStage(from)) % 1_000));
    }
}
