namespace Tocsin.Scale.Stream;

/// <summary>What the exporters of all nodes say. Nothing is drawn but from a seed; about 10 ns a value.</summary>
internal sealed class Fleet
{
    private readonly IReadOnlyList<NodeSeries> _series;
    private readonly double[] _totals;
    private readonly ulong[] _random;
    private readonly double[] _steps;

    public Fleet(IReadOnlyList<NodeSeries> series, int nodes, ulong seed)
    {
        (_series, Nodes) = (series, nodes);
        _totals = new double[nodes * series.Count];
        _random = [.. Enumerable.Range(0, nodes).Select(n => Mix(seed + (ulong)n) | 1)];
        _steps = [.. series.Select(s => 1 / s.Step)];
        for (var i = 0; i < _totals.Length; i++)
            _totals[i] = series[i % series.Count].Size * (1000 + (9000 * Uniform(ref _random[i / series.Count])));
    }

    public int Nodes { get; }

    public int SeriesOfNode => _series.Count;

    public static string NameOf(int node) => $"cn{node:D5}";

    /// <summary>Of one node after a step of time; counters go on from the step before.</summary>
    /// <param name="work">What it runs; 0 = nothing.</param>
    /// <param name="sinceStart">Seconds since its job began.</param>
    /// <param name="seconds">Since the step before.</param>
    public void Step(int node, int work, double sinceStart, double seconds, Span<double> values)
    {
        ref var random = ref _random[node];
        var at = node * _series.Count;
        var (slow, fast) = (Math.Sin(sinceStart / 300), Math.Sin(sinceStart / 45));
        for (var i = 0; i < _series.Count; i++)
        {
            var series = _series[i];
            if (series.Movement == Movement.Constant)
            {
                values[i] = series.Size;
                continue;
            }
            var level = Level(work, i, out var swing);
            var now = series.Size * level * (1 + (swing * ((i & 1) == 0 ? slow : fast)) + (0.06 * (Uniform(ref random) - 0.5)));
            if (series.Movement == Movement.Counter)
                now = _totals[at + i] += now * seconds;
            values[i] = Math.Floor(now * _steps[i]) / _steps[i];
        }
    }

    /// <summary>How much a kind of work uses of something, and how much that goes up and down.</summary>
    private static double Level(int work, int series, out double swing)
    {
        var hash = Mix(((ulong)work * 1000) + (ulong)series + 17);
        swing = 0.15 * ((hash >> 20 & 0xff) / 255.0);
        return work == 0 ? 0.02 + (0.03 * ((hash & 0xffff) / 65535.0)) : 0.15 + (0.85 * ((hash & 0xffff) / 65535.0));
    }

    private static double Uniform(ref ulong state)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (state >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Mix(ulong x)
    {
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
        x = (x ^ x >> 27) * 0x94d049bb133111eb;
        return x ^ x >> 31;
    }
}
