using System.Collections.Concurrent;
using System.Threading.Channels;
using Tocsin.Actors.Nodes;
using Tocsin.Inference.Faults;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Faults.Intervals;

/// <summary>Between the shards, which wait for nobody, and the intervals. When it is full the oldest goes, which would be late first, and is counted: an interval's mean stands on the others,
/// and of a node's state the newest holds.</summary>
public sealed class SampleQueue : INodeTap
{
    /// <summary>Frames and scores that wait, about 5 MB.</summary>
    public const int Usual = 1 << 16;

    private const int MostStates = 1 << 13;

    /// <summary>Catalogues come with libraries: a handful. Beyond it none is remembered, which costs time and nothing else.</summary>
    private const int MostSchemas = 64;

    private readonly Channel<HostSample> _samples;
    private readonly Channel<NodeState> _states;
    private readonly ConcurrentDictionary<MetricSchema, FeatureColumns> _columns = new(ReferenceEqualityComparer.Instance);
    private long _lost;

    /// <param name="mostNodes">Whose memory's size is kept.</param>
    /// <param name="most">Frames and scores that wait, 1 or more.</param>
    public SampleQueue(int mostNodes, int most = Usual)
    {
        Memory = new MemorySizes(mostNodes);
        _samples = Channel.CreateBounded<HostSample>(Newest(most), _ => Interlocked.Increment(ref _lost));
        _states = Channel.CreateBounded<NodeState>(Newest(MostStates), _ => Interlocked.Increment(ref _lost));
    }

    public MemorySizes Memory { get; }

    public ChannelReader<HostSample> Samples => _samples.Reader;

    public ChannelReader<NodeState> States => _states.Reader;

    /// <summary>Frames, scores and states that went because the queue was full.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    public void Frame(NodeKey node, long segmentStartMs, long timeMs, MetricSchema schema, ReadOnlySpan<float> row, bool common)
    {
        if (!_columns.TryGetValue(schema, out var columns))
        {
            columns = new FeatureColumns(schema);
            if (_columns.Count >= MostSchemas)
                _columns.Clear();
            _columns.TryAdd(schema, columns);
        }
        _samples.Writer.TryWrite(columns.Read(node, timeMs, row, Memory.Of(node)));
    }

    /// <summary>A frame's score; one without a threshold says nothing.</summary>
    public void Score(NodeKey node, long timeMs, float score, float threshold)
    {
        if (!float.IsFinite(score) || !(threshold > 0))
            return;
        var values = HostValues.None;
        values[HostFeatures.Anomaly] = score / threshold;
        _samples.Writer.TryWrite(new HostSample(node, timeMs, values, false, 0));
    }

    public void State(NodeState state) => _states.Writer.TryWrite(state);

    private static BoundedChannelOptions Newest(int most) => new(most) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest };
}
