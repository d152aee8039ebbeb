using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Intervals;

/// <summary>Sees from interval to interval where jobs run, and says which moved: a run of the same job id that began later, on other nodes (a requeue, a move, a resize).
/// A job that began and ended between two looks leaves no edge.</summary>
public sealed class JobMoves
{
    /// <summary>Intervals for which a job that waits to run again is remembered.</summary>
    private const int Remembered = 24;

    private const int MostJobs = 50_000;

    private readonly Dictionary<string, (long StartMs, long Seen, NodeKey[] Nodes)> _last = new(StringComparer.Ordinal);

    /// <returns>From each node that a job left to one that it came to: as many as the larger of the two sets, and never all pairs.</returns>
    public IReadOnlyList<(NodeKey From, NodeKey To)> Step(long interval, IEnumerable<NodeFacts> nodes)
    {
        var now = new Dictionary<string, (long StartMs, List<NodeKey> Nodes)>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            foreach (var job in node.Jobs)
            {
                if (!now.TryGetValue(job.JobId, out var run) || run.StartMs < job.StartMs)
                    now[job.JobId] = run = (job.StartMs, []);
                if (run.StartMs == job.StartMs)
                    run.Nodes.Add(node.Node);
            }
        }
        List<(NodeKey, NodeKey)> moves = [];
        foreach (var (job, run) in now.OrderBy(j => j.Key, StringComparer.Ordinal))
        {
            run.Nodes.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            if (_last.TryGetValue(job, out var before) && run.StartMs > before.StartMs)
                Move([.. before.Nodes.Except(run.Nodes)], [.. run.Nodes.Except(before.Nodes)], moves);
            if (before.Nodes is not null || _last.Count < MostJobs)
                _last[job] = (run.StartMs, interval, [.. run.Nodes]);
        }
        foreach (var (job, run) in _last.ToList())
        {
            if (interval - run.Seen > Remembered)
                _last.Remove(job);
        }
        return moves;
    }

    private static void Move(NodeKey[] left, NodeKey[] came, List<(NodeKey, NodeKey)> moves)
    {
        for (var i = 0; left.Length > 0 && came.Length > 0 && i < Math.Max(left.Length, came.Length); i++)
            moves.Add((left[i % left.Length], came[i % came.Length]));
    }
}
