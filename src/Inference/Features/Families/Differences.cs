using System.Runtime.Intrinsics;
using Counts = System.Runtime.Intrinsics.Vector512<long>;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>What two or three neighbouring frames say: steps, turns, changes of sign, the area between them.</summary>
internal sealed class Differences() : Family("Differences")
{
    public override void Compute(LaneBlock block)
    {
        var values = block.Values;
        var features = block.Features;
        Lanes travelled = default, length = default, area = default;
        Counts crossings = default, peaks = default, dips = default;
        var last = values[0];
        Lanes lastRise = default, lastFall = default;
        for (var t = 1; t < values.Length; t++)
        {
            var x = values[t];
            var step = x - last;
            travelled += Vector512.Abs(step);
            length += Vector512.Sqrt(step * step + Lanes.One);
            area += Vector512.Abs(x + last);

            var rise = Vector512.GreaterThan(step, Lanes.Zero);
            var fall = Vector512.LessThan(step, Lanes.Zero);
            // A true lane is -1 as an integer.
            peaks -= (lastRise & fall).AsInt64();
            dips -= (lastFall & rise).AsInt64();
            // The signs -1, 0 and 1 are two bits: above zero and below zero.
            var above = Vector512.GreaterThan(x, Lanes.Zero) ^ Vector512.GreaterThan(last, Lanes.Zero);
            var below = Vector512.LessThan(x, Lanes.Zero) ^ Vector512.LessThan(last, Lanes.Zero);
            crossings -= (above | below).AsInt64();
            (last, lastRise, lastFall) = (x, rise, fall);
        }
        var steps = values.Length - 1.0;
        features[Slot.SumAbsoluteDiff] = travelled;
        features[Slot.MeanAbsoluteDiff] = travelled / steps;
        features[Slot.MeanDiff] = (values[^1] - values[0]) / steps;
        features[Slot.SignalDistance] = length;
        features[Slot.Area] = area * (0.5 / Sampling.Rate);
        features[Slot.PositiveTurningPoints] = Vector512.ConvertToDouble(peaks);
        features[Slot.NegativeTurningPoints] = Vector512.ConvertToDouble(dips);
        features[Slot.ZeroCrossings] = Vector512.ConvertToDouble(crossings);
    }
}
