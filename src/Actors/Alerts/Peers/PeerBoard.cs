using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Peers;

/// <summary>Where shards leave the latest frame of each node that runs a multi-node job, so that the nodes of one job can be compared though they live
/// in several shards.</summary>
/// <remarks>Any thread. Each seat has two rows: <see cref="Publish"/> writes into one under a lock, and <see cref="Step"/> changes the two over under the
/// same lock and then compares without it; so a shard waits for no comparison, and nobody allocates while jobs stay as they are. A frame that is lost here
/// is compared one cadence later: nothing else rests on it. Kept in memory only; what an earlier process had found and this one does not is over in the
/// book after 15 minutes.</remarks>
/// <param name="most">Nodes; beyond it they are counted and not compared.</param>
public sealed class PeerBoard(PeerOptions options, int most = 100_000)
{
    /// <summary>Of event time: a node that says nothing for so long is gone, or its shard is.</summary>
    private const long GoneMs = 10 * 60_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<NodeKey, Seat> _nodes = [];
    private readonly SortedDictionary<(string Id, long Start), PeerWatch> _watches = [];
    private long _refused;

    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Jobs that are compared.</summary>
    public int Jobs { get; private set; }

    /// <summary>The newest frame that was ever published; 0 before the first.</summary>
    public long NewestMs { get; private set; }

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
            if (!_nodes.TryGetValue(node, out var seat))
            {
                if (_nodes.Count >= most)
                {
                    Interlocked.Increment(ref _refused);
                    return;
                }
                _nodes.Add(node, seat = new Seat(node));
            }
            seat.Write(job.Value, jobNodes, segmentStartMs, timeMs, metrics, row);
            NewestMs = Math.Max(NewestMs, timeMs);
        }
    }

    /// <summary>Compares the nodes of each job once. To be called once a cadence, by one thread at a time.</summary>
    /// <param name="nowMs">The newest event time, for what ends with its job.</param>
    public IReadOnlyList<Finding> Step(long nowMs)
    {
        var seats = Take();
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

    private List<Taken> Take()
    {
        lock (_gate)
        {
            var taken = new List<Taken>(_nodes.Count);
            foreach (var (node, seat) in _nodes)
            {
                if (NewestMs - seat.WrittenMs > GoneMs)
                    _nodes.Remove(node);
                else
                    taken.Add(seat.Take());
            }
            return taken;
        }
    }

    /// <summary>Only under the gate, but for the row that was taken last: that one is the comparison's until the next <see cref="Take"/>.</summary>
    private sealed class Seat(NodeKey node)
    {
        private float[] _row = [];
        private float[] _spare = [];
        private Taken _taken;
        private bool _fresh;
        private MetricSchema? _metrics;
        private JobKey _job;
        private int _jobNodes;
        private long _segmentStartMs;

        public long WrittenMs { get; private set; }

        public void Write(JobKey job, int jobNodes, long segmentStartMs, long timeMs, MetricSchema metrics, ReadOnlySpan<float> row)
        {
            if (_row.Length != row.Length)
                _row = new float[row.Length];
            row.CopyTo(_row);
            (_job, _jobNodes, _segmentStartMs, WrittenMs, _metrics, _fresh) = (job, jobNodes, segmentStartMs, timeMs, metrics, true);
        }

        public Taken Take()
        {
            if (_fresh)
            {
                _taken = new Taken(new Frame(node, WrittenMs, _metrics!, _row), _job, _jobNodes, _segmentStartMs);
                (_row, _spare, _fresh) = (_spare, _row, false);
            }
            return _taken;
        }
    }

    private readonly record struct Taken(Frame Frame, JobKey Job, int JobNodes, long SegmentStartMs);
}
