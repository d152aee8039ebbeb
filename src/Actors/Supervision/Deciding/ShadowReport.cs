using System.Globalization;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;

namespace Tocsin.Actors.Supervision.Deciding;

/// <summary>What was done, or would have been, held against what the scheduler told afterwards.</summary>
/// <param name="DryRun">Of the drains those that were not carried out.</param>
/// <param name="FailedLater">Of the drains: the node failed within <see cref="ShadowReport.LaterMs"/>.</param>
/// <param name="TooSoon">Of the drains: that time is not over.</param>
/// <param name="Failures">Of nodes, in the same time.</param>
/// <param name="Missed">Of them without a drain before.</param>
/// <param name="Sentence">All of it in one.</param>
public sealed record ShadowFigures(long FromMs, long UntilMs, int Drains, int DryRun, int FailedLater, int Wrong, int TooSoon, int Signals, int Requeues, int Failures, int Missed, string Sentence);

public static class ShadowReport
{
    /// <summary>A node that fails within a day of its drain was rightly drained.</summary>
    public const long LaterMs = 86_400_000;

    public static ShadowFigures Of(IEnumerable<ActionRow> actions, IReadOnlyList<FailureRow> failures, long fromMs, long untilMs)
    {
        var done = actions.Where(a => a.Action.State is Done && a.Action.ProposedMs >= fromMs && a.Action.ProposedMs < untilMs).ToList();
        var drains = new List<ActionRow>();
        // In a dry run the node stays where it is and the same is said again and again: once a day counts.
        foreach (var drain in done.Where(a => a.Action.Kind.TakesOut()).OrderBy(a => a.Action.ProposedMs))
        {
            if (!drains.Any(d => d.Action.Node == drain.Action.Node && drain.Action.ProposedMs - d.Action.ProposedMs < LaterMs))
                drains.Add(drain);
        }
        var (right, soon) = (0, 0);
        foreach (var drain in drains)
        {
            if (failures.Any(f => f.Node == drain.Action.Node?.Name && f.DownMs >= drain.Action.ProposedMs && f.DownMs < drain.Action.ProposedMs + LaterMs))
                right++;
            else if (drain.Action.ProposedMs + LaterMs > untilMs)
                soon++;
        }
        var failed = failures.Where(f => f.DownMs >= fromMs && f.DownMs < untilMs).ToList();
        var missed = failed.Count(f => !drains.Any(d => d.Action.Node?.Name == f.Node && d.Action.ProposedMs <= f.DownMs && f.DownMs < d.Action.ProposedMs + LaterMs));
        var dry = drains.Count(d => d.Action.State is Done { DryRun: true });
        var (signals, requeues) = (done.Count(a => a.Action.Kind == ActionKind.Signal), done.Count(a => a.Action.Kind == ActionKind.Requeue));
        var wrong = drains.Count - right - soon;
        var sentence = string.Create(CultureInfo.InvariantCulture,
            $"{Drained(drains.Count - dry, dry)}; {right} failed later; {wrong} wrong{(soon > 0 ? $"; {soon} too soon to tell" : "")}; {missed} of {failed.Count} failures came without a drain");
        return new ShadowFigures(fromMs, untilMs, drains.Count, dry, right, wrong, soon, signals, requeues, failed.Count, missed, sentence);
    }

    /// <summary>Where some partitions are switched on and others are not, each for itself.</summary>
    private static string Drained(int real, int dry) => FormattableString.Invariant(
        real == 0 ? $"would have drained {dry}" : dry == 0 ? (FormattableString)$"drained {real}" : $"drained {real} and would have drained {dry}");
}
