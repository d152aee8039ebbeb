using Tocsin.Ingest.Identity;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Sources;

/// <summary>Groups the rows of a request into batches of one node and one time, in the order in which these come up. Not thread-safe; used again and again.</summary>
/// <remarks>A scrape's samples stand together, so most rows belong where the row before belonged. What is allocated is a batch's head, not its samples.</remarks>
internal sealed class BatchBuilder(SeriesLimits limits, TimeSpan replicaSilence, SampleSource source)
{
    private readonly long _silenceMs = (long)replicaSilence.TotalMilliseconds;
    private readonly long[] _rejected = new long[RejectCodes.All.Length];
    private readonly List<SampleBatch> _batches = [];
    private Group[] _groups = new Group[64];
    private int[] _buckets = new int[128];
    private int[] _groupOf = new int[2048];
    private Sample[] _samples = new Sample[2048];
    private int _count;

    private struct Group
    {
        public int Node;
        public long TimeMs;
        public int Count;
        public int From;
        public int Next;
        public int Reason;
    }

    /// <summary>Valid until the next call.</summary>
    public IReadOnlyList<SampleBatch> Batches => _batches;

    public int Samples { get; private set; }

    public int StaleMarkers { get; private set; }

    /// <summary>Adds what was left out to a tally, by reason.</summary>
    public void CountRejected(SampleTally tally)
    {
        for (var i = 0; i < _rejected.Length; i++)
            tally.AddRejected(RejectCodes.All[i], _rejected[i]);
    }

    public void Take(ReadOnlySpan<SampleRow> rows, KnownSeries known, DateTimeOffset now)
    {
        Array.Clear(_rejected);
        Array.Clear(_buckets);
        _batches.Clear();
        _count = Samples = StaleMarkers = 0;
        if (_groupOf.Length < rows.Length)
            _groupOf = new int[rows.Length];
        Count(rows, now.ToUnixTimeMilliseconds());
        Elect(known.Nodes);
        Fill(rows, known);
    }

    private void Count(ReadOnlySpan<SampleRow> rows, long nowMs)
    {
        var latest = nowMs + (long)limits.Ahead.TotalMilliseconds;
        var earliest = nowMs - (long)limits.Age.TotalMilliseconds;
        var (tooEarly, tooLate) = (RejectCodes.IndexOf(RejectReasons.Early), RejectCodes.IndexOf(RejectReasons.Late));
        var last = -1;
        for (var i = 0; i < rows.Length; i++)
        {
            ref readonly var row = ref rows[i];
            _groupOf[i] = -1;
            if (row.Node < 0)
                _rejected[~row.Node]++;
            else if (row.TimeMs > latest)
                _rejected[tooEarly]++;
            else if (row.TimeMs < earliest)
                _rejected[tooLate]++;
            else
            {
                if (last < 0 || _groups[last].Node != row.Node || _groups[last].TimeMs != row.TimeMs)
                    last = GroupOf(row.Node, row.TimeMs);
                _groups[last].Count++;
                _groupOf[i] = last;
            }
        }
    }

    private int GroupOf(int node, long timeMs)
    {
        var bucket = Bucket(node, timeMs);
        // Buckets hold a group's number plus 1: cleared memory is empty.
        for (var at = _buckets[bucket] - 1; at >= 0; at = _groups[at].Next)
        {
            if (_groups[at].Node == node && _groups[at].TimeMs == timeMs)
                return at;
        }
        if (_count == _groups.Length)
            bucket = Grow(node, timeMs);
        _groups[_count] = new Group { Node = node, TimeMs = timeMs, Next = _buckets[bucket] - 1, Reason = -1 };
        _buckets[bucket] = _count + 1;
        return _count++;
    }

    private int Grow(int node, long timeMs)
    {
        Array.Resize(ref _groups, _groups.Length * 2);
        _buckets = new int[_groups.Length * 2];
        for (var i = 0; i < _count; i++)
        {
            var at = Bucket(_groups[i].Node, _groups[i].TimeMs);
            _groups[i].Next = _buckets[at] - 1;
            _buckets[at] = i + 1;
        }
        return Bucket(node, timeMs);
    }

    /// <remarks>A sender chooses times, not the numbers of nodes: at worst all of its own samples lie in one bucket, so the times are mixed by a
    /// multiplication whose upper bits are taken, and a request holds no more than its bounded number of groups.</remarks>
    private int Bucket(int node, long timeMs) =>
        (int)(((ulong)timeMs * 0x9E3779B97F4A7C15 ^ (ulong)node * 0xC2B2AE3D27D4EB4F) * 0xD6E8FEB86659FD93 >> 40) & (_buckets.Length - 1);

    private void Elect(KnownNode[] nodes)
    {
        var other = RejectCodes.IndexOf(RejectReasons.OtherReplica);
        var from = 0;
        for (var g = 0; g < _count; g++)
        {
            ref var group = ref _groups[g];
            var node = nodes[group.Node];
            if (node.Election is { } election && !election.Takes(node.Replica!, group.TimeMs, _silenceMs))
            {
                group.Reason = other;
                _rejected[other] += group.Count;
                continue;
            }
            group.From = from;
            from += group.Count;
        }
        Samples = from;
    }

    private void Fill(ReadOnlySpan<SampleRow> rows, KnownSeries known)
    {
        if (_samples.Length < Samples)
            _samples = new Sample[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Samples)];
        var (series, nodes) = (known.Series, known.Nodes);
        for (var g = 0; g < _count; g++)
        {
            ref var group = ref _groups[g];
            if (group.Reason >= 0)
                continue;
            var node = nodes[group.Node];
            _batches.Add(new SampleBatch(node.Key, group.TimeMs, new ArraySegment<Sample>(_samples, group.From, group.Count)) { Replica = node.Replica, Source = source });
        }
        for (var i = 0; i < rows.Length; i++)
        {
            var g = _groupOf[i];
            if (g < 0 || _groups[g].Reason >= 0)
                continue;
            if (StaleMarker.Is(rows[i].Value))
                StaleMarkers++;
            _samples[_groups[g].From++] = new Sample(series[rows[i].Series], rows[i].Value);
        }
    }
}
