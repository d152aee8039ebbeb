using System.Collections.Concurrent;
using System.Threading.Channels;
using Tocsin.Actors.Nodes;
using Tocsin.Inference.Faults;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Faults.Intervals;

/// <summary>Between the shards, which wait for nobody, and the intervals. What does not fit is counted and left out: an interval's mean stands on the others.</summary>
/// <param name="mostNodes">Whose memory's size is kept.</param>
public sealed class SampleQueue(int mostNodes) : INodeTap
{
    /// <summary>About 5 MB.</summary>
    private const int Most = 1 << 16, MostStates = 1 << 13;

    /// <summary>Catalogues come with libraries: a handful. Beyond it none is remembered, which costs time and nothing else.</summary>
    private const int MostSchemas = 64;

    private readonly Channel<HostSample> _samples = Channel.CreateBounded<HostSample>(new BoundedChannelOptions(Most) { SingleReader = true });
    private readonly Channel<NodeState> _states = Channel.CreateBounded<NodeState>(new BoundedChannelOptions(MostStates) { SingleReader = true });
    private readonly ConcurrentDictionary<MetricSchema, FeatureColumns> _columns = new(ReferenceEqualityComparer.Instance);
    private long _lost;

    public MemorySizes Memory { get; } = new(mostNodes);

    public ChannelReader<HostSample> Samples => _samples.Reader;

    public ChannelReader<NodeState> States => _states.Reader;

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
        Put(columns.Read(node, timeMs, row, Memory.Of(node)));
    }

    /// <summary>A frame's score; one without a threshold says nothing.</summary>
    public void Score(NodeKey node, long timeMs, float score, float threshold)
    {
        if (!float.IsFinite(score) || !(threshold > 0))
            return;
        var values = HostValues.None;
        values[HostFeatures.Anomaly] = score / threshold;
        Put(new HostSample(node, timeMs, values, false, 0));
    }

    public void State(NodeState state)
    {
        if (!_states.Writer.TryWrite(state))
            Interlocked.Increment(ref _lost);
    }

    private void Put(in HostSample sample)
    {
        if (!_samples.Writer.TryWrite(sample))
            Interlocked.Increment(ref _lost);
    }
}
