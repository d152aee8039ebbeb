using System.Runtime.Intrinsics;
using Counts = System.Runtime.Intrinsics.Vector512<long>;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>
/// Frames in each of ten bins over [-1, 1], by the bins' edges as numpy rounds them: the lower edge belongs to a
/// bin, and 1 to the last. Frames outside are in none.
/// </summary>
internal sealed class Histogram() : Family("Histogram")
{
    private const int Bins = 10;
    private const double Width = 0.2;

    public override void Compute(LaneBlock block)
    {
        // Frames at or above each edge; the last edge counts those above it.
        Span<Counts> above = stackalloc Counts[Bins + 1];
        above.Clear();
        Span<Lanes> edges = stackalloc Lanes[Bins];
        for (var e = 0; e < Bins; e++)
            edges[e] = Vector512.Create(e * Width - 1.0);
        foreach (var x in block.Values)
        {
            for (var e = 0; e < edges.Length; e++)
                above[e] -= Vector512.GreaterThanOrEqual(x, edges[e]).AsInt64();
            above[Bins] -= Vector512.GreaterThan(x, Lanes.One).AsInt64();
        }
        for (var bin = 0; bin < Bins; bin++)
            block.Features[Slot.Histogram[bin]] = Vector512.ConvertToDouble(above[bin] - above[bin + 1]);
    }
}
