using Tocsin.Inference.Evaluation;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Commands;

/// <summary>The demo's figures, which are those of <c>tocsin eval</c> on the same scores, with what was missed and what was false in words.</summary>
internal static class DemoScoreboard
{
    /// <summary>A rule that many sites have: a node whose cores are this busy is in trouble.</summary>
    private const double CpuRule = 0.95;

    /// <summary>Share of frames within a fault, above which a recording is unlike any cluster.</summary>
    private const double MuchFault = 0.02;

    private static readonly (string Column, string Name)[] Baselines =
    [
        ("base_pattern_z", "|z| within the matched pattern"), ("base_mean_z", "mean |z| of all metrics"), ("base_pca", "PCA residual"), ("random, same share alarmed", "random alarms"),
    ];

    public static void Print(TextWriter to, EvalReport report, EvalOptions options, MethodFigures? cpuRule)
    {
        to.WriteLine($"  {"kind of fault",-32} {"found",7} {"delay, median",14}");
        foreach (var fault in report.ByFault.OrderByDescending(f => (double)f.Found / f.Events))
            to.WriteLine($"  {EvalTable.Safe(fault.Fault, 32),-32} {fault.Found + "/" + fault.Events,7} {Seconds(fault.DelayMedian),14}");
        to.WriteLine($"  {"all",-32} {$"{report.Own.Found:0}/{report.Own.Events}",7} {Seconds(report.Own.DelayMedian),14}");
        to.WriteLine();
        to.WriteLine($"  {"on the same frames",-32} {"AUC-ROC",7} {"AUC-PR",7} {"found",7} {"false alarms",13} {"normal frames alarmed",22}");
        Row(to, "Tocsin", report.Own);
        foreach (var (column, name) in Baselines)
        {
            if (report.References.FirstOrDefault(r => r.Name == column) is { } reference)
                Row(to, name, reference);
        }
        if (cpuRule is not null)
            Row(to, $"CPU over {CpuRule * 100:0} %", cpuRule);
        to.WriteLine($"  (unadjusted, {report.Normal + report.Faulty} frames outside the first {options.MarginStart.TotalSeconds:0} s and last {options.MarginEnd.TotalSeconds:0} s of jobs; the |z| and PCA rows are cut where they");
        to.WriteLine("  alarm as large a share of normal frames as Tocsin does, which no site could know beforehand; random alarms are as many as Tocsin's)");
    }

    /// <summary>What was missed, what was false, and how far that can be believed.</summary>
    public static IEnumerable<string> Honestly(EvalReport report, DemoTruth truth, DemoStory story)
    {
        var missed = truth.Table.Events.Zip(truth.Match.Events).Where(p => p.Second is { Counted: true, DelayMs: null }).Select(p => p.First)
            .GroupBy(e => e.Fault).Select(g => $"{EvalTable.Safe(g.Key, 32)} (at {string.Join(", ", g.Take(6).Select(e => story.Clock(e.StartMs)))})").ToArray();
        yield return missed.Length == 0 ? "Missed: nothing." : $"Missed: {string.Join("; ", missed)}.";
        var falses = truth.Match.Episodes.Where((_, p) => truth.Match.FalseEpisodes[p]).Select(e => story.Clock(truth.Span(e).StartMs)).ToArray();
        yield return falses.Length == 0
            ? $"False: no episode in {EvalTable.Text(report.NormalHours, "0.00")} node-hours without a fault."
            : $"False: {falses.Length} episode{(falses.Length == 1 ? "" : "s")} (at {string.Join(", ", falses.Take(6))}{(falses.Length > 6 ? ", ..." : "")}) in {EvalTable.Text(report.NormalHours, "0.00")} node-hours without a fault, "
                + $"{report.CalmFalse} of that in the {EvalTable.Text(report.CalmHours, "0.00")} calm ones, far from any fault.";
        if (report.NormalAlarmedLate > 0)
            yield return $"Of the normal frames alarmed, {100 * report.NormalAlarmedLate:0} % are the tail of a true alarm, within 5 s after its fault.";
        if (report.EventsSeen > report.Own.Events)
            yield return $"Not counted: {report.EventsSeen - report.Own.Events} of {report.EventsSeen} faults, of which too few frames can be judged: the node did not answer, or a job began or ended.";
        var within = (double)report.Faulty / Math.Max(1, report.Normal + report.Faulty);
        if (within > MuchFault)
            yield return $"{100 * within:0} % of these frames lie within a fault, far more than in life: so short a time says little about rare false alarms.";
    }

    /// <summary>The rule as a method of its own, on the same frames; null where the recording has no CPU metric.</summary>
    public static MethodFigures? CpuRuleOf(IReadOnlyList<ScoreSegment> segments, IReadOnlyList<WatchedSegment> watched, IRecording recording, EvalOptions options)
    {
        var byStart = watched.ToDictionary(w => (w.Segment.Node.Name, w.Segment.TimesMs[0]));
        var ruled = new List<ScoreSegment>();
        foreach (var s in segments.Where(s => s.Frames > 0))
        {
            if (!byStart.TryGetValue((s.Node, s.TimesMs[0]), out var of) || of.CpuBusy() is not { } busy)
                return null;
            ruled.Add(new ScoreSegment
            {
                Node = s.Node,
                Job = s.Job,
                TimesMs = s.TimesMs,
                Scores = busy,
                Thresholds = [.. busy.Select(_ => CpuRule)],
                Alarms = [.. busy.Select(b => b > CpuRule)],
                Labels = s.Labels,
                Extra = [],
            });
        }
        return ruled.Count == 0 ? null : Evaluator.Evaluate(ruled, DemoTruth.Events(recording), recording.Jobs, options with { Bootstrap = 0, RandomDraws = 1 }).Own;
    }

    private static void Row(TextWriter to, string name, MethodFigures m) =>
        to.WriteLine($"  {name,-32} {EvalTable.Text(m.AucRoc, "0.000"),7} {EvalTable.Text(m.AucPr, "0.000"),7} {EvalTable.Text(m.Found, "0.#") + "/" + m.Events,7} {EvalTable.Text(m.FalseEpisodes, "0.#"),13} {EvalTable.Text(100 * m.NormalAlarmed, "0.0") + " %",22}");

    private static string Seconds(double value) => double.IsNaN(value) ? "-" : EvalTable.Text(value, "0.0") + " s";
}
