using System.Collections.Concurrent;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Faults.Intervals;

/// <summary>How much memory nodes have, from their samples on the way into the log: frames say how much is in use, and that alone is no share.
/// Looked for once a node and hour; else a batch costs one look-up. Any thread.</summary>
public sealed class MemorySizes(int most)
{
    private const long AgainMs = 3_600_000;

    private readonly ConcurrentDictionary<NodeKey, (double Bytes, long AtMs)> _known = new();

    public double Of(NodeKey node) => _known.TryGetValue(node, out var known) ? known.Bytes : double.NaN;

    public void Look(IReadOnlyList<SampleBatch> batches)
    {
        foreach (var batch in batches)
        {
            var known = _known.TryGetValue(batch.Node, out var last);
            if ((known && Math.Abs(batch.TimeMs - last.AtMs) < AgainMs) || (!known && _known.Count >= most))
                continue;
            foreach (var sample in batch.Samples)
            {
                if (sample.Value > 0 && sample.Series.Name == "node_memory_MemTotal_bytes")
                {
                    _known[batch.Node] = (sample.Value, batch.TimeMs);
                    break;
                }
            }
        }
    }
}
