using System.Threading.Channels;
using Tocsin.Actors.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Learning;

/// <summary>One frame, or one word of the scheduler's, on its way from a shard to the collector.</summary>
public abstract record Tapped(NodeKey Node);

/// <param name="Row">Its own.</param>
public sealed record TappedFrame(NodeKey Node, long SegmentStartMs, long TimeMs, MetricSchema Schema, float[] Row, bool Common) : Tapped(Node);

public sealed record TappedState(NodeState State) : Tapped(State.Node);

/// <summary>Between the shards, which wait for nobody, and the collector. What does not fit is counted and left out: learning has time, watching has none.</summary>
public sealed class TapQueue : INodeTap
{
    private const int Most = 1 << 14;

    private readonly Channel<Tapped> _queue = Channel.CreateBounded<Tapped>(new BoundedChannelOptions(Most) { SingleReader = true });
    private long _lost;

    public ChannelReader<Tapped> Reader => _queue.Reader;

    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Nodes of which no frame is wanted for the time being: full memory must cost the shards nothing.</summary>
    public Func<NodeKey, long, bool> Wants { get; set; } = (_, _) => true;

    public void Frame(NodeKey node, long segmentStartMs, long timeMs, MetricSchema schema, ReadOnlySpan<float> row, bool common)
    {
        if (Wants(node, segmentStartMs))
            Put(new TappedFrame(node, segmentStartMs, timeMs, schema, row[..schema.Count].ToArray(), common));
    }

    public void State(NodeState state) => Put(new TappedState(state));

    private void Put(Tapped what)
    {
        if (!_queue.Writer.TryWrite(what))
            Interlocked.Increment(ref _lost);
    }
}
