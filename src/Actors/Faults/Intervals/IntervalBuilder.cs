using Tocsin.Inference.Faults;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Intervals;

/// <summary>Frames in, intervals of all watched nodes out. A feature is the mean of what its frames told. Pure: event time only. At most three intervals are open
/// at a time, so memory is bounded by the nodes.</summary>
/// <param name="lengthMs">Of an interval.</param>
/// <param name="cadenceMs">Of frames.</param>
/// <param name="mostNodes">Nodes of an interval; of more nothing is kept.</param>
public sealed class IntervalBuilder(long lengthMs, long cadenceMs, int mostNodes)
{
    /// <summary>Of the frames that the cadence promises: with fewer a node counts as absent. A mean over less would be of a part of the interval.</summary>
    private const double LeastFrames = 1 / 3.0;

    /// <summary>Open at a time: the one that is being closed, the present one, and one ahead for clocks that differ.</summary>
    private const int Open = 3;

    private readonly Dictionary<long, Dictionary<NodeKey, Sums>> _open = [];
    private readonly JobMoves _moves = new();
    private long _closed = -1;

    public long LengthMs => lengthMs;

    /// <summary>Samples of intervals that were closed already.</summary>
    public long Late { get; private set; }

    /// <summary>Samples too far ahead, or of nodes beyond the bound.</summary>
    public long Refused { get; private set; }

    public long NumberAt(long timeMs) => Math.DivRem(timeMs, lengthMs) is { Remainder: < 0 } before ? before.Quotient - 1 : timeMs / lengthMs;

    /// <param name="nowMs">Of the member: what is far ahead of it is refused.</param>
    public void Add(in HostSample sample, long nowMs)
    {
        var number = NumberAt(sample.TimeMs);
        if (number <= _closed)
        {
            Late++;
            return;
        }
        if (number > NumberAt(nowMs) + 1 || !Find(number, sample.Node, out var sums))
        {
            Refused++;
            return;
        }
        sums!.Add(sample);
    }

    /// <summary>Closes an interval; what comes of it later is late.</summary>
    /// <param name="number">Higher than the last one that was closed.</param>
    /// <param name="nodes">All that are watched.</param>
    public ClosedInterval Close(long number, IReadOnlyList<NodeFacts> nodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(number, _closed);
        var seen = _open.GetValueOrDefault(number) ?? [];
        NodeFacts[] watched = [.. nodes.OrderBy(n => n.Node.Name, StringComparer.Ordinal).Take(mostNodes)];
        var least = Math.Max(1, LeastFrames * lengthMs / cadenceMs);
        var values = new float[watched.Length * LiveFeatures.Count];
        var quiet = new bool[watched.Length];
        Array.Fill(values, float.NaN);
        for (var i = 0; i < watched.Length; i++)
        {
            if (!watched[i].Present || !seen.TryGetValue(watched[i].Node, out var sums) || sums.Frames < least)
                continue;
            sums.Write(values.AsSpan(i * LiveFeatures.Count, LiveFeatures.Count));
            quiet[i] = watched[i].Quiet && sums.Worst < 1;
        }
        var closed = new ClosedInterval(number, [.. watched.Select(n => n.Node)], values, Edges(number, watched, seen), quiet);
        _closed = number;
        foreach (var old in _open.Keys.Where(n => n <= number).ToList())
            _open.Remove(old);
        return closed;
    }

    private HostEdge[] Edges(long number, NodeFacts[] watched, Dictionary<NodeKey, Sums> seen)
    {
        var edges = new GroupEdges();
        var places = watched.Select((n, i) => (n.Node, i)).ToDictionary(p => p.Node, p => p.i);
        foreach (var (from, to) in _moves.Step(number, watched))
        {
            if (places.TryGetValue(from, out var a) && places.TryGetValue(to, out var b))
                edges.Add(EdgeKind.Migration, a, b);
        }
        foreach (var job in watched.SelectMany((n, i) => n.Jobs.Select(j => (Job: j, Place: i))).GroupBy(j => j.Job))
            edges.Group(EdgeKind.Job, [.. job.Select(j => j.Place).Distinct()]);
        foreach (var leaf in watched.Select((n, i) => (n.Switch, Place: i)).Where(n => n.Switch is not null).GroupBy(n => n.Switch))
            edges.Group(EdgeKind.Switch, [.. leaf.Select(n => n.Place)]);
        for (var bit = 1; bit <= 4; bit <<= 1)
            edges.Group(EdgeKind.Filesystem, [.. Enumerable.Range(0, watched.Length).Where(i => seen.TryGetValue(watched[i].Node, out var s) && (s.Mounts & bit) != 0)]);
        return edges.ToArray();
    }

    private bool Find(long number, NodeKey node, out Sums? sums)
    {
        sums = null;
        if (!_open.TryGetValue(number, out var nodes))
        {
            if (_open.Count >= Open)
            {
                // What was never closed (the loop slept) goes first: it would never be asked for.
                var oldest = _open.Keys.Min();
                if (oldest >= number)
                    return false;
                _open.Remove(oldest);
            }
            _open.Add(number, nodes = []);
        }
        if (!nodes.TryGetValue(node, out sums) && nodes.Count < mostNodes)
            nodes.Add(node, sums = new Sums());
        return sums is not null;
    }

    private sealed class Sums
    {
        private readonly double[] _sums = new double[LiveFeatures.Count];
        private readonly int[] _counts = new int[LiveFeatures.Count];

        public int Frames { get; private set; }

        public byte Mounts { get; private set; }

        /// <summary>The highest score over threshold.</summary>
        public float Worst { get; private set; }

        public void Add(in HostSample sample)
        {
            Frames += sample.Frame ? 1 : 0;
            Mounts |= sample.Mounts;
            for (var f = 0; f < LiveFeatures.Count; f++)
            {
                if (!float.IsFinite(sample.Values[f]))
                    continue;
                _sums[f] += sample.Values[f];
                _counts[f]++;
            }
            if (sample.Values[HostFeatures.Anomaly] is var ratio && float.IsFinite(ratio))
                Worst = Math.Max(Worst, ratio);
        }

        public void Write(Span<float> to)
        {
            for (var f = 0; f < to.Length; f++)
                to[f] = _counts[f] > 0 ? (float)(_sums[f] / _counts[f]) : float.NaN;
        }
    }
}
