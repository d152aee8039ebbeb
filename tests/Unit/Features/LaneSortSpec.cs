using System.Runtime.Intrinsics;
using Tocsin.Inference.Features;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Unit.Features;

public sealed class LaneSortSpec
{
    [Fact]
    public void Every_lane_of_every_length_comes_out_in_order()
    {
        for (var n = 1; n < 300; n++)
        {
            var random = new Random(n);
            // Few different values in the odd lanes: ties.
            var values = Enumerable.Range(0, n).Select(_ => Vector512.Create(
                random.NextDouble(), random.Next(3), random.NextDouble(), random.Next(2),
                random.NextDouble(), random.Next(9), random.NextDouble(), random.Next(99))).ToArray();
            var sorted = values.ToArray();
            LaneSort.Ascending(sorted);
            for (var lane = 0; lane < 8; lane++)
                Assert.Equal(values.Select(v => v[lane]).Order(), sorted.Select(v => v[lane]));
        }
    }
}
