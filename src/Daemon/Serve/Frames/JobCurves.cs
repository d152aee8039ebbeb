using Tocsin.Inference.Preparation;
using Tocsin.Shared;

namespace Tocsin.Daemon.Serve.Frames;

/// <param name="Off">From the median of the nodes, in robust deviations of all nodes; NaN: not known.</param>
/// <param name="Values">In the metric's unit; NaN = none.</param>
internal sealed record JobCurve(NodeKey Node, float Off, float[] Values);

/// <param name="Off">Of the node that is furthest off.</param>
internal readonly record struct JobMetric(MetricPlan Metric, float Off, NodeKey Furthest);

/// <summary>The nodes of one job against one another.</summary>
/// <param name="Metric">Null: nothing is kept of any of the nodes.</param>
/// <param name="First">Tick of the first value.</param>
/// <param name="Stride">Ticks from one value to the next.</param>
/// <param name="Nodes">By name.</param>
/// <param name="Median">Of the nodes, at each tick.</param>
/// <param name="Ranked">All metrics; that which tells the nodes apart most first.</param>
internal sealed record JobCurves(MetricPlan? Metric, long First, int Stride, IReadOnlyList<JobCurve> Nodes, float[] Median, IReadOnlyList<JobMetric> Ranked)
{
    /// <summary>Values in all: 1,000 nodes over an hour at 15 s, each fourth of them.</summary>
    private const int MostCells = 60_000;

    /// <summary>Ticks whose median is where a node stands now.</summary>
    private const int Latest = 8;

    /// <summary>Two say nothing about which of them is odd.</summary>
    private const int LeastNodes = 3;

    /// <summary>Of the deviation that metrics have over all training: nodes that agree to the last digit are not told apart by a thousandth.</summary>
    private const double LeastSpread = 0.1;

    /// <param name="metric">Null: the one that tells the nodes apart most.</param>
    public static JobCurves Of(FrameHistory frames, IReadOnlyList<NodeKey> nodes, string? metric, long from, long until)
    {
        var all = nodes.Select(n => (Node: n, Ring: frames.Of(n))).Where(n => n.Ring?.Scale is not null).Select(n => (n.Node, Ring: n.Ring!, Scale: n.Ring!.Scale!.Value)).ToList();
        if (all.Count == 0)
            return new JobCurves(null, 0, 1, [], [], []);
        // Nodes of another kind have another plan; the most common one speaks for the job.
        var plan = all.GroupBy(n => n.Scale.Plan.Count).OrderByDescending(g => g.Count()).First().First().Scale.Plan;
        all = [.. all.Where(n => n.Scale.Plan.Metrics.SequenceEqual(plan.Metrics)).OrderBy(n => n.Node.Name, StringComparer.Ordinal)];
        var levels = all.Select(n => Levels(n.Ring, plan, n.Scale.Scaling, from, until)).ToList();
        var offs = Enumerable.Range(0, plan.Count).Select(m => Offs([.. levels.Select(l => l[m])])).ToList();
        var ranked = Enumerable.Range(0, plan.Count).Select(m => RankedOf(plan.Metrics[m], offs[m], [.. all.Select(n => n.Node)])).OrderByDescending(r => r.Off).ThenBy(r => r.Metric.Name, StringComparer.Ordinal).ToList();
        var wanted = metric ?? ranked[0].Metric.Name;
        var column = Enumerable.Range(0, plan.Count).FirstOrDefault(m => plan.Metrics[m].Name == wanted, -1);
        if (column < 0)
            return new JobCurves(null, 0, 1, [], [], ranked);
        return Drawn(plan, column, all, offs[column], from, until) with { Ranked = ranked };
    }

    private static JobCurves Drawn(PreparationPlan plan, int column, List<(NodeKey Node, FrameRing Ring, (PreparationPlan Plan, Scaling Scaling) Scale)> all, float[] offs, long from, long until)
    {
        int[] columns = [column];
        var stretches = all.Select(n => n.Ring.Read(from, until, columns)).ToList();
        var known = stretches.Where(s => s.Ticks > 0).ToList();
        if (known.Count == 0)
            return new JobCurves(plan.Metrics[column], 0, 1, [], [], []);
        var first = known.Min(s => s.First);
        var ticks = (int)(known.Max(s => s.First + s.Ticks) - first);
        var stride = Math.Max(1, (int)Math.Ceiling((double)ticks * all.Count / MostCells));
        var count = (ticks + stride - 1) / stride;
        var curves = all.Select((n, i) => new JobCurve(n.Node, offs[i], new float[count])).ToList();
        for (var i = 0; i < curves.Count; i++)
        {
            for (var t = 0; t < count; t++)
            {
                var at = first + ((long)t * stride) - stretches[i].First;
                curves[i].Values[t] = at >= 0 && at < stretches[i].Ticks ? FrameCurves.InUnit(plan, all[i].Scale.Scaling, column, stretches[i].Values[at]) : float.NaN;
            }
        }
        return new JobCurves(plan.Metrics[column], first, stride, curves, [.. Enumerable.Range(0, count).Select(t => (float)MedianOf([.. curves.Select(c => (double)c.Values[t])]))], []);
    }

    /// <summary>Per metric where the node stands now, in deviations of all training: nodes have scales of their own, which would hide what is odd about one.</summary>
    private static double[] Levels(FrameRing ring, PreparationPlan plan, Scaling own, long from, long until)
    {
        int[] all = [.. Enumerable.Range(0, plan.Count)];
        var range = ring.Read(from, until, []);
        var stretch = ring.Read(Math.Max(from, range.First + range.Ticks - Latest), until, all);
        if (stretch.Ticks == 0)
            return [.. all.Select(_ => double.NaN)];
        return [.. all.Select(m => (MedianOf([.. stretch.Values.AsSpan(m * stretch.Ticks, stretch.Ticks).ToArray().Select(v => (double)v)]) * own.Sigma[m] + own.Mean[m]) / plan.AllNodes.Sigma[m])];
    }

    private static float[] Offs(double[] levels)
    {
        if (levels.Count(double.IsFinite) < LeastNodes)
            return [.. levels.Select(_ => float.NaN)];
        var middle = MedianOf(levels);
        var spread = Math.Max(LeastSpread, 1.4826 * MedianOf([.. levels.Select(l => Math.Abs(l - middle))]));
        return [.. levels.Select(l => FrameCurves.Short((l - middle) / spread))];
    }

    private static JobMetric RankedOf(MetricPlan metric, float[] offs, IReadOnlyList<NodeKey> nodes)
    {
        var furthest = 0;
        for (var i = 1; i < offs.Length; i++)
            furthest = Math.Abs(offs[i]) > Math.Abs(offs[furthest]) || float.IsNaN(offs[furthest]) ? i : furthest;
        return new JobMetric(metric, float.IsNaN(offs[furthest]) ? 0 : Math.Abs(offs[furthest]), nodes[furthest]);
    }

    /// <summary>Of those that are numbers; NaN where none is.</summary>
    private static double MedianOf(double[] values)
    {
        var known = values.Where(double.IsFinite).Order().ToArray();
        return known.Length == 0 ? double.NaN : (known[known.Length / 2] + known[(known.Length - 1) / 2]) / 2;
    }
}
