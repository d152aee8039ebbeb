using System.Runtime.Intrinsics;
using Counts = System.Runtime.Intrinsics.Vector512<long>;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>Frequencies at which a share of the whole spectrum is reached, from running sums.</summary>
internal static class SpectralBands
{
    private const double Nearly = 0.95;

    /// <param name="running">Scratch, as long as the magnitudes.</param>
    public static void Write(ReadOnlySpan<Lanes> magnitudes, Span<Lanes> running, double step, Span<Lanes> features)
    {
        Accumulate(magnitudes, running);
        var whole = running[^1];
        var (top, half, foot) = (whole * Nearly, whole * 0.5, whole * 0.05);
        Counts belowTop = default, uptoTop = default, uptoHalf = default, belowFoot = default;
        var area = Lanes.Zero;
        foreach (var sum in running)
        {
            belowTop -= Vector512.LessThan(sum, top).AsInt64();
            belowFoot -= Vector512.LessThan(sum, foot).AsInt64();
            uptoTop -= Vector512.LessThanOrEqual(sum, top).AsInt64();
            uptoHalf -= Vector512.LessThanOrEqual(sum, half).AsInt64();
            area += sum;
        }
        // The first bin past a share is the number of bins before it. All bins of nothing: bin 0.
        var something = Vector512.GreaterThan(whole, Lanes.Zero);
        features[Slot.MaximumFrequency] = Vector512.ConvertToDouble(uptoTop) * step & something;
        features[Slot.MedianFrequency] = Vector512.ConvertToDouble(uptoHalf) * step & something;
        features[Slot.SpectralRollOff] = Vector512.ConvertToDouble(belowTop) * step;
        features[Slot.SpectralRollOn] = Vector512.ConvertToDouble(belowFoot) * step;
        // A straight line from 0 to the whole, less the running sum, added up.
        features[Slot.SpectralDistance] = whole * (running.Length / 2.0) - area;
    }

    /// <summary>The largest density, and the band that is left when 5 % of the power is cut off at either end.</summary>
    public static void WritePower(ReadOnlySpan<Lanes> power, Span<Lanes> running, double step, Span<Lanes> features)
    {
        Accumulate(power, running);
        var target = running[^1] * Nearly;
        Counts fromBelow = default, fromAbove = default;
        Lanes down = default, largest = default;
        for (var k = 0; k < power.Length; k++)
        {
            fromBelow -= Vector512.LessThan(running[k], target).AsInt64();
            down += power[^(k + 1)];
            fromAbove -= Vector512.LessThan(down, target).AsInt64();
            largest = Vector512.MaxNative(power[k], largest);
        }
        var upper = Vector512.Create(power.Length - 1.0) - Vector512.ConvertToDouble(fromAbove);
        var width = Vector512.Abs(upper - Vector512.ConvertToDouble(fromBelow)) * step;
        features[Slot.MaxPowerSpectrum] = largest;
        features[Slot.PowerBandwidth] = width & Vector512.GreaterThan(target, Lanes.Zero);
    }

    private static void Accumulate(ReadOnlySpan<Lanes> values, Span<Lanes> running)
    {
        var sum = Lanes.Zero;
        for (var k = 0; k < values.Length; k++)
            running[k] = sum += values[k];
    }
}
