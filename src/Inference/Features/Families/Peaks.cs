using System.Runtime.Intrinsics;
using Counts = System.Runtime.Intrinsics.Vector512<long>;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>Frames above all ten before and all ten after them; a frame nearer to an end than that is none.</summary>
internal sealed class Peaks() : Family("Peaks")
{
    private const int Reach = 10;

    public override void Compute(LaneBlock block)
    {
        var values = block.Values;
        Counts found = default;
        for (var t = Reach; t < values.Length - Reach; t++)
        {
            var x = values[t];
            var above = Lanes.AllBitsSet;
            for (var i = 1; i <= Reach && above != Lanes.Zero; i++)
                above &= Vector512.GreaterThan(x, Vector512.MaxNative(values[t - i], values[t + i]));
            found -= above.AsInt64();
        }
        block.Features[Slot.NeighbourhoodPeaks] = Vector512.ConvertToDouble(found);
    }
}
