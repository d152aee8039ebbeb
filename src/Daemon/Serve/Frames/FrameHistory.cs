using System.Collections.Concurrent;
using Tocsin.Actors.Nodes;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Shared;

namespace Tocsin.Daemon.Serve.Frames;

/// <summary>Recent frames of nodes with what the model took them for, in memory only: what an operator looks at when a node is strange.</summary>
/// <remarks>Half of the room is dealt out evenly, so that of every node there is what came before it became strange; the other half goes to nodes that are
/// anomalous or looked at, each up to four hours, those that were wanted last. With 100 metrics a tick is 408 bytes: 128 MiB hold four hours of 170 nodes in full, and
/// of 5,000 nodes the last 8 minutes each beside 170 in full. After a restart it begins anew.</remarks>
/// <param name="most">Nodes.</param>
/// <param name="room">Bytes; 0 = nothing is kept.</param>
internal sealed class FrameHistory(int most, TimeSpan cadence, long room) : INodeFrames
{
    private const int Least = 8;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);
    private readonly ConcurrentDictionary<NodeKey, FrameRing> _rings = new();
    private readonly WantedNodes _wanted = new();
    private int _count;

    public long StepMs { get; } = Math.Max(1, (long)cadence.TotalMilliseconds);

    /// <summary>Of one node that is wanted, 960 to 3,600.</summary>
    public int Ticks { get; } = (int)Math.Clamp(Longest / cadence, 960, 3600);

    /// <summary>About, of all nodes.</summary>
    public long Bytes => _rings.Values.Sum(r => r.Bytes);

    /// <summary>From now on as much as there is room for is kept of it. Any thread.</summary>
    public void Want(NodeKey node) => _wanted.Want(node);

    public void Keep(NodeKey node, long timeMs, SegmentScorer scorer, ReadOnlySpan<float> residual)
    {
        if (room == 0)
            return;
        var plan = scorer.Library.Library.Plan;
        Span<Half> row = plan.Count <= 512 ? stackalloc Half[2 * plan.Count] : new Half[2 * plan.Count];
        var band = FrameSketch.Write(scorer, residual, row[..plan.Count], row[plan.Count..]);
        Keep(node, timeMs, plan, row, band);
    }

    /// <param name="row">Values of all metrics of the plan, standardised, then what was expected of them.</param>
    internal void Keep(NodeKey node, long timeMs, PreparationPlan plan, ReadOnlySpan<Half> row, EnvelopeState band) =>
        Find(node)?.Put(timeMs / StepMs, plan, plan.ScalingFor(node), Share(node, (4L * plan.Count) + 8), row, band);

    /// <summary>The first tick at or after a time.</summary>
    public long Tick(long timeMs) => timeMs > long.MaxValue - StepMs ? long.MaxValue : (timeMs + StepMs - 1) / StepMs;

    public FrameRing? Of(NodeKey node) => _rings.GetValueOrDefault(node);

    public void Remove(NodeKey node)
    {
        if (_rings.TryRemove(node, out _))
            Interlocked.Decrement(ref _count);
    }

    /// <summary>Ticks that may be kept of a node.</summary>
    internal int Share(NodeKey node, long row)
    {
        var full = (int)Math.Max(1, room / 2 / (row * Ticks));
        if (_wanted.IsAmong(node, full))
            return Ticks;
        // Rounded up to the next eighth: a few nodes more or fewer move no bound.
        var nodes = Math.Max(1, Volatile.Read(ref _count));
        var step = Math.Max(1, nodes / 8);
        return (int)Math.Clamp(room / 2 / (row * ((nodes + step - 1) / step * step)), Least, Ticks);
    }

    private FrameRing? Find(NodeKey node)
    {
        if (_rings.TryGetValue(node, out var ring))
            return ring;
        if (Volatile.Read(ref _count) >= most)
            return null;
        if (_rings.TryAdd(node, ring = new FrameRing()))
            Interlocked.Increment(ref _count);
        return _rings[node];
    }
}
