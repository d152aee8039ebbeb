using System.Collections.Concurrent;
using Tocsin.Shared;

namespace Tocsin.Daemon.Serve.Scores;

/// <summary>Recent scores of each node, in memory only: what a curve is drawn from.</summary>
/// <remarks>At 15 s it holds 4 hours, 960 ticks: 3.9 KB a node, 77 MB for 20,000 nodes; at 1 s one hour, 3,600 ticks. A score is kept when it is made, a moment
/// before what follows of it is committed: after a crash in between the curve is gone with the process. After a restart it begins anew.</remarks>
/// <param name="most">Nodes; scores of others are not kept.</param>
internal sealed class ScoreHistory(int most, TimeSpan cadence)
{
    private static readonly TimeSpan Wanted = TimeSpan.FromHours(4);
    private readonly ConcurrentDictionary<NodeKey, ScoreRing> _rings = new();
    private int _count;

    public long StepMs { get; } = Math.Max(1, (long)cadence.TotalMilliseconds);

    /// <summary>Of one node, 960 to 3,600.</summary>
    public int Ticks { get; } = (int)Math.Clamp(Wanted / cadence, 960, 3600);

    /// <summary>Any thread; the scores of one node come one after another.</summary>
    public void Keep(NodeKey node, long timeMs, float score, float threshold)
    {
        if (!_rings.TryGetValue(node, out var ring))
        {
            if (Volatile.Read(ref _count) >= most)
                return;
            ring = new ScoreRing(Ticks);
            if (!_rings.TryAdd(node, ring))
                ring = _rings[node];
            else
                Interlocked.Increment(ref _count);
        }
        ring.Put(timeMs / StepMs, score, threshold);
    }

    /// <param name="fromMs">Inclusive.</param>
    /// <param name="untilMs">Exclusive.</param>
    public ScoreStretch Read(NodeKey node, long fromMs = 0, long untilMs = long.MaxValue) => _rings.TryGetValue(node, out var ring)
        ? ring.Read((fromMs + StepMs - 1) / StepMs, untilMs == long.MaxValue ? long.MaxValue : (untilMs + StepMs - 1) / StepMs)
        : new ScoreStretch(0, [], []);

    public void Remove(NodeKey node)
    {
        if (_rings.TryRemove(node, out _))
            Interlocked.Decrement(ref _count);
    }
}
