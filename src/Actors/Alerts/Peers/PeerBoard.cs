using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Peers;

/// <summary>Where shards leave the latest frame of each node that runs a multi-node job, so that the nodes of one job can be compared though they live
/// in several shards.</summary>
/// <remarks>Any thread. <see cref="Publish"/> copies a row under a lock that is never held over a comparison, so that a shard waits for no longer than
/// another's copy. A frame that is lost here is compared one cadence later: nothing else rests on it. Kept in memory only; what an earlier process had
/// found and this one does not is over in the book after 15 minutes.</remarks>
/// <param name="most">Nodes; beyond it they are counted and not compared.</param>
public sealed class PeerBoard(PeerOptions options, int most = 100_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeKey, Seat> _nodes = [];
    private readonly SortedDictionary<(string Id, long Start), PeerWatch> _watches = [];
    private long _refused;

    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Jobs that are compared.</summary>
    public int Jobs { get; private set; }

    /// <param name="job">Null, or of one node: there is nobody to compare it with.</param>
    /// <param name="row">In the columns of <paramref name="metrics"/>; copied.</param>
    public void Publish(NodeKey node, JobKey? job, int jobNodes, long segmentStartMs, long timeMs, MetricSchema metrics, ReadOnlySpan<float> row)
    {
        lock (_gate)
        {
            if (job is null || jobNodes < options.LeastNodes)
            {
                _nodes.Remove(node);
                return;
            }
            if (!_nodes.ContainsKey(node) && _nodes.Count >= most)
            {
                Interlocked.Increment(ref _refused);
                return;
            }
            _nodes[node] = new Seat(new Frame(node, timeMs, metrics, row.ToArray()), job.Value, jobNodes, segmentStartMs);
        }
    }

    public void Remove(NodeKey node)
    {
        lock (_gate)
            _nodes.Remove(node);
    }

    /// <summary>Compares the nodes of each job once. To be called once a cadence, by one thread.</summary>
    /// <param name="nowMs">The newest event time, for what ends with its job.</param>
    public IReadOnlyList<Finding> Step(long nowMs)
    {
        List<Seat> seats;
        lock (_gate)
            seats = [.. _nodes.Values];
        var told = new List<Finding>();
        var jobs = seats.GroupBy(s => (s.Job.JobId, s.Job.StartMs)).ToDictionary(g => g.Key);
        foreach (var ended in _watches.Keys.Where(k => !jobs.ContainsKey(k)).ToList())
        {
            told.AddRange(_watches[ended].End(nowMs));
            _watches.Remove(ended);
        }
        foreach (var (key, members) in jobs.OrderBy(j => j.Key.JobId, StringComparer.Ordinal).ThenBy(j => j.Key.StartMs))
        {
            var nodes = members.OrderBy(m => m.Frame.Node.Name, StringComparer.Ordinal).ToList();
            if (!_watches.TryGetValue(key, out var watch))
                _watches.Add(key, watch = new PeerWatch(nodes[0].Job, nodes[0].JobNodes, options));
            told.AddRange(watch.Step([.. nodes.Select(n => n.Frame)], nodes.Max(n => n.SegmentStartMs)));
        }
        Jobs = _watches.Count;
        return told;
    }

    private sealed record Seat(Frame Frame, JobKey Job, int JobNodes, long SegmentStartMs);
}
