using System.Numerics;
using System.Runtime.Intrinsics;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features;

/// <summary>
/// Batcher's merge exchange (Knuth, TAOCP 3, 5.2.2 M) on every lane at once: which pairs are compared does not
/// depend on what they hold, so eight series share each comparison and none mispredicts a branch.
/// </summary>
internal static class LaneSort
{
    public static void Ascending(Span<Lanes> values)
    {
        var n = values.Length;
        if (n < 2)
            return;
        var top = (int)BitOperations.RoundUpToPowerOf2((uint)n) / 2;
        for (var p = top; p > 0; p /= 2)
        {
            var (q, offset, distance) = (top, 0, p);
            while (true)
            {
                Exchange(values, p, offset, distance);
                if (q == p)
                    break;
                (distance, offset, q) = (q - p, p, q / 2);
            }
        }
    }

    /// <summary>Orders i and i + distance for every i whose bit p is that of <paramref name="offset"/>: runs of p.</summary>
    private static void Exchange(Span<Lanes> values, int p, int offset, int distance)
    {
        var end = values.Length - distance;
        for (var run = offset; run < end; run += 2 * p)
        {
            var length = Math.Min(p, end - run);
            var lower = values.Slice(run, length);
            var upper = values.Slice(run + distance, length);
            for (var i = 0; i < lower.Length && i < upper.Length; i++)
            {
                var (a, b) = (lower[i], upper[i]);
                lower[i] = Vector512.MinNative(a, b);
                upper[i] = Vector512.MaxNative(a, b);
            }
        }
    }
}
