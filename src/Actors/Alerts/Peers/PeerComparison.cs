using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Peers;

/// <param name="Score">Mean of the three largest deviations.</param>
/// <param name="Threshold">The head of the job has a higher one.</param>
/// <param name="Top">Largest first; expected is the middle of the nodes.</param>
public sealed record PeerVerdict(NodeKey Node, long TimeMs, float Score, float Threshold, IReadOnlyList<MetricEvidence> Top)
{
    public NodeScore AsScore => new(TimeMs, Score, Threshold, Score > Threshold, [.. Top.Select(t => new MetricShare(t.Metric, t.Share))]);
}

/// <summary>Compares the latest frames of the nodes of one job: per metric the distance from the median in robust standard deviations (1.4826 MAD,
/// with the factors of Croux and Rousseeuw (1992) for few nodes), never less than the metric's floor and a share of the median.</summary>
public static class PeerComparison
{
    private const int Deviations = 3;
    private const int TopMetrics = 5;

    /// <param name="frames">The latest of each node, the job's first node first. Those too far from the newest are left out.</param>
    /// <param name="spread">Of this job; goes on with each call.</param>
    /// <returns>Empty where fewer than <see cref="PeerOptions.LeastNodes"/> nodes have frames.</returns>
    public static IReadOnlyList<PeerVerdict> Compare(IReadOnlyList<Frame> frames, PeerSpread spread, PeerOptions options)
    {
        if (frames.Count < options.LeastNodes)
            return [];
        var newest = frames.Max(f => f.TimeMs);
        var nodes = frames.Where(f => newest - f.TimeMs <= (long)options.Apart.TotalMilliseconds).ToList();
        if (nodes.Count < options.LeastNodes)
            return [];
        var head = frames[0].Node;
        var found = nodes.Select(_ => new Largest()).ToArray();
        var values = new double[nodes.Count];
        var sorted = new double[nodes.Count];
        // Nodes of one kind share their schema: a name is looked up once and not once a node.
        var alike = nodes.TrueForAll(n => ReferenceEquals(n.Metrics, nodes[0].Metrics));
        foreach (var metric in Common(nodes, options))
        {
            var first = nodes[0].Metrics.IndexOf(metric.Name);
            var known = 0;
            for (var i = 0; i < nodes.Count; i++)
            {
                var column = alike ? first : nodes[i].Metrics.IndexOf(metric.Name);
                values[i] = column < 0 ? double.NaN : nodes[i].Values[column];
                if (double.IsFinite(values[i]))
                    sorted[known++] = values[i];
            }
            if (known < options.LeastNodes)
                continue;
            var middle = Median(sorted.AsSpan(0, known));
            known = 0;
            foreach (var value in values)
            {
                if (double.IsFinite(value))
                    sorted[known++] = Math.Abs(value - middle);
            }
            var deviation = spread.Add(metric.Name, Factor(known) * Median(sorted.AsSpan(0, known)), options.Memory);
            var scale = Math.Max(deviation, Math.Max(metric.SigmaFloor, options.Share * Math.Abs(middle)));
            // Nothing says what a difference means: all nodes are at zero and the metric has no floor.
            if (!(scale > 0))
                continue;
            for (var i = 0; i < nodes.Count; i++)
            {
                if (double.IsFinite(values[i]))
                    found[i].Add(new Deviation(metric, Math.Min(Math.Abs(values[i] - middle) / scale, options.Most), values[i], middle, scale));
            }
        }
        return [.. nodes.Select((n, i) => Verdict(n, found[i], n.Node == head, options))];
    }

    private static PeerVerdict Verdict(Frame node, Largest found, bool head, PeerOptions options)
    {
        var top = found.Ordered;
        // A share of what is over two standard deviations: what is within them is everybody's.
        var total = top.Sum(d => Math.Max(0, d.Z - 2));
        var evidence = total > 0
            ? top.Where(d => d.Z > 2).Select(d => new MetricEvidence(d.Metric.Name, d.Metric.Unit, (float)((d.Z - 2) / total), d.Value, d.Middle, d.Scale, null)).ToList()
            : [];
        return new PeerVerdict(
            node.Node, node.TimeMs, (float)(top.Take(Deviations).Sum(d => d.Z) / Deviations),
            (float)(options.Threshold * (head ? options.HeadFactor : 1)), evidence);
    }

    /// <summary>Metrics that one of the nodes has, judged by value: how full a thing is, is the past's doing.</summary>
    private static IEnumerable<Metric> Common(List<Frame> nodes, PeerOptions options)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var schema in nodes.Select(n => n.Metrics).Distinct())
        {
            foreach (var metric in schema.Metrics)
            {
                if (metric.Kind != MetricKind.Fill && seen.Add(metric.Name) && !options.Ignore.Any(i => metric.Name.StartsWith(i, StringComparison.Ordinal)))
                    yield return metric;
            }
        }
    }

    private static double Factor(int nodes) => 1.4826 * nodes switch
    {
        4 => 1.363,
        5 => 1.206,
        6 => 1.200,
        7 => 1.140,
        8 => 1.129,
        9 => 1.107,
        _ => nodes / (nodes - 0.8),
    };

    private static double Median(Span<double> values)
    {
        values.Sort();
        var half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }

    private readonly record struct Deviation(Metric Metric, double Z, double Value, double Middle, double Scale);

    /// <summary>The few largest of many.</summary>
    private sealed class Largest
    {
        private readonly List<Deviation> _top = new(TopMetrics + 1);

        public IReadOnlyList<Deviation> Ordered => _top;

        public void Add(Deviation deviation)
        {
            if (_top.Count == TopMetrics && deviation.Z <= _top[^1].Z)
                return;
            var at = _top.Count;
            while (at > 0 && _top[at - 1].Z < deviation.Z)
                at--;
            _top.Insert(at, deviation);
            if (_top.Count > TopMetrics)
                _top.RemoveAt(TopMetrics);
        }
    }
}
