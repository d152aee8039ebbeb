namespace Tocsin.Scale.Stream;

/// <param name="Work">1..<see cref="JobBook.Kinds"/>.</param>
internal sealed record Job(int Id, int Work, int FirstNode, int Nodes, long StartMs, long EndMs)
{
    public string Name => JobBook.Names[Work - 1];

    public string NodeList => Nodes == 1 ? Fleet.NameOf(FirstNode) : $"cn[{FirstNode:D5}-{FirstNode + Nodes - 1:D5}]";
}

/// <summary>Which job runs where: groups of nodes, each with one job after another and a minute of nothing between. Drawn from a seed.</summary>
internal sealed class JobBook
{
    public static readonly string[] Names = ["cfd", "qcd", "genomics", "training"];

    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(1);

    private readonly Random _random;
    private readonly Job[] _current;
    private readonly int _group;
    private readonly (TimeSpan Least, TimeSpan Most) _length;
    private int _ids = 1000;

    public JobBook(int nodes, int group, (TimeSpan Least, TimeSpan Most) length, long beginMs, int seed)
    {
        (_group, _length, _random) = (group, length, new Random(seed));
        _current = new Job[(nodes + group - 1) / group];
        for (var g = 0; g < _current.Length; g++)
        {
            var job = Draw(g, nodes, beginMs);
            // They began at different times before.
            var before = (long)((job.EndMs - job.StartMs) * _random.NextDouble() * 0.9);
            _current[g] = job with { StartMs = job.StartMs - before, EndMs = job.EndMs - before };
        }
        Nodes = nodes;
    }

    public static int Kinds => Names.Length;

    public int Nodes { get; }

    public IReadOnlyList<Job> Current => _current;

    /// <summary>What the node runs at a time that is not far from the last <see cref="Advance"/>; null = nothing.</summary>
    public Job? At(int node, long timeMs) => _current[node / _group] is var job && timeMs >= job.StartMs && timeMs < job.EndMs ? job : null;

    /// <summary>Jobs that are over by now, each with the one that follows it, which begins a little later.</summary>
    public IEnumerable<(Job Ended, Job Next)> Advance(long nowMs)
    {
        for (var g = 0; g < _current.Length; g++)
        {
            var ended = _current[g];
            if (ended.EndMs > nowMs)
                continue;
            _current[g] = Draw(g, Nodes, ended.EndMs + (long)Gap.TotalMilliseconds);
            yield return (ended, _current[g]);
        }
    }

    private Job Draw(int group, int nodes, long startMs)
    {
        var span = _length.Least + ((_length.Most - _length.Least) * _random.NextDouble());
        var first = group * _group;
        return new Job(_ids++, 1 + _random.Next(Kinds), first, Math.Min(_group, nodes - first), startMs, startMs + ((long)span.TotalSeconds * 1000));
    }
}
