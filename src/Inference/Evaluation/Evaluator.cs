using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Evaluation;

/// <summary>Score files and the truth in, a report out. Deterministic for a seed.</summary>
public static class Evaluator
{
    /// <param name="truth">Null: runs of label 1 are the events.</param>
    /// <param name="jobs">Null: segments' first and last frames are the boundaries that the margins lie around.</param>
    /// <exception cref="BadDataException">Nothing to evaluate, or segments of one node that overlap.</exception>
    public static EvalReport Evaluate(IReadOnlyList<ScoreSegment> segments, IReadOnlyList<FaultEvent>? truth, IReadOnlyList<JobRun>? jobs, EvalOptions options)
    {
        var table = FrameTable.Build(segments, truth, jobs, options);
        var evaluator = new MethodEvaluator(table, options);
        if (evaluator.Judged.Length == 0)
            throw new BadDataException($"none of {table.Frames} frames has a known truth outside the margins; give --events, or scores with labels, or smaller --margins");
        var match = evaluator.Match(table.Alarms);
        var own = evaluator.Evaluate("tocsin", table.Scores, table.Alarms, match);
        var random = new RandomReference(table, evaluator, options);
        var references = new List<MethodFigures> { random.Independent(table.Alarms), random.Shifted(table.Scores, table.Alarms) };
        foreach (var (name, scores) in table.Columns.OrderBy(c => Order(c.Key)).ThenBy(c => c.Key, StringComparer.Ordinal))
            references.Add(evaluator.Evaluate(name, scores, evaluator.AlarmsAtShare(scores, double.IsNaN(own.NormalAlarmed) ? 0 : own.NormalAlarmed)));
        // No false alarm rate at all is a fair way to be quiet, so the same score is shown at other shares too.
        foreach (var share in (double[])[0.005, 0.02, 0.05])
            references.Add(evaluator.Evaluate($"tocsin's score, cut at {share * 100:0.#} %", table.Scores, evaluator.AlarmsAtShare(table.Scores, share)));
        return new EvalReport(
            table.Nodes.Count, segments.Count, table.Frames, table.Kept.LongCount(k => k), evaluator.Positive.LongCount(p => !p), evaluator.Positive.LongCount(p => p),
            Enumerable.Range(0, table.Frames).LongCount(i => table.Kept[i] && table.Labels[i] < 0), evaluator.NormalHours, evaluator.CalmHours, evaluator.CalmFalse(match),
            table.Events.Count, match.Episodes.Count, LateShare(table, options), own, references, ByFault(table, match), Adjusted(table, evaluator),
            Bootstrap.Intervals(table, evaluator, match, options));
    }

    private static int Order(string column)
    {
        var at = ScoreFile.BaselineColumns.ToList().IndexOf(column);
        return at < 0 ? int.MaxValue : at;
    }

    private static double LateShare(FrameTable table, EvalOptions options)
    {
        var late = new HashSet<int>();
        foreach (var e in table.Events)
        {
            var end = table.FirstAt(e.Node, e.EndMs + options.Grace.TotalMilliseconds + 1);
            for (var i = table.FirstAt(e.Node, e.EndMs); i < end; i++)
            {
                if (table.Kept[i] && table.Labels[i] == 0 && table.Alarms[i])
                    late.Add(i);
            }
        }
        var all = Enumerable.Range(0, table.Frames).LongCount(i => table.Kept[i] && table.Labels[i] == 0 && table.Alarms[i]);
        return all == 0 ? double.NaN : (double)late.Count / all;
    }

    private static FaultFigures[] ByFault(FrameTable table, EventMatch match) =>
    [
        .. table.Events.Zip(match.Events).Where(p => p.Second.Counted).GroupBy(p => p.First.Fault, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new FaultFigures(g.Key, g.Count(), g.Count(p => p.Second.DelayMs is not null),
                MethodEvaluator.Quantile([.. g.Where(p => p.Second.DelayMs is not null).Select(p => p.Second.DelayMs!.Value / 1000).Order()], 0.5))),
    ];

    private static PointAdjusted Adjusted(FrameTable table, MethodEvaluator evaluator)
    {
        double[] scores = [.. evaluator.Judged.Select(i => table.Scores[i])];
        bool[] alarms = [.. evaluator.Judged.Select(i => table.Alarms[i])];
        var (precision, recall, f1) = PointAdjustment.PrecisionRecall(PointAdjustment.Adjust(alarms, evaluator.Positive), evaluator.Positive);
        var (roc, pr) = new Ranking(PointAdjustment.Adjust(scores, evaluator.Positive), evaluator.Positive).Areas();
        return new PointAdjusted(precision, recall, f1, roc, pr);
    }
}
