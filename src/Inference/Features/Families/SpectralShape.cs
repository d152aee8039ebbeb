using System.Runtime.Intrinsics;
using Counts = System.Runtime.Intrinsics.Vector512<long>;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>
/// Moments of the magnitudes over frequency, and how neighbouring bins relate. Of a spectrum without any magnitude
/// ratios are 0 / 0, which is stored as 0.
/// </summary>
internal static class SpectralShape
{
    /// <summary>TSFEL's human range: the bins nearest to these, the upper one left out.</summary>
    private const double LowHertz = 0.6;
    private const double HighHertz = 2.5;

    public static void Write(ReadOnlySpan<Lanes> magnitudes, double step, Span<Lanes> features)
    {
        var bins = magnitudes.Length;
        var (from, to) = (Nearest(LowHertz, step, bins), Nearest(HighHertz, step, bins));
        Lanes rest = default, ramp = default, decrease = default, neighbours = default;
        Lanes upper = default, lower = default, human = default;
        for (var k = 1; k < bins; k++)
        {
            var (m, before) = (magnitudes[k], magnitudes[k - 1]);
            rest += m;
            ramp += m * k;
            decrease += (m - magnitudes[0]) / k;
            neighbours += m * before;
            upper += m * m;
            lower += before * before;
        }
        for (var k = from; k < to; k++)
            human += magnitudes[k] * magnitudes[k];
        var sum = magnitudes[0] + rest;
        var centroid = ramp / sum;

        features[Slot.SpectralCentroid] = centroid * step;
        features[Slot.SpectralDecrease] = decrease / rest;
        features[Slot.HumanRangeEnergy] = human / (magnitudes[0] * magnitudes[0] + upper);
        var alike = neighbours / (Vector512.Sqrt(upper) * Vector512.Sqrt(lower));
        var empty = Vector512.Equals(upper, Lanes.Zero) | Vector512.Equals(lower, Lanes.Zero);
        features[Slot.SpectralVariation] = Vector512.ConditionalSelect(empty, Lanes.One, Lanes.One - alike);
        features[Slot.SpectralSlope] = Slope(centroid, bins, step);
        WriteMoments(magnitudes, centroid, sum, step, features);
        features[Slot.SpectralTurningPoints] = Turns(magnitudes);
    }

    private static void WriteMoments(
        ReadOnlySpan<Lanes> magnitudes, Lanes centroid, Lanes sum, double step, Span<Lanes> features)
    {
        Lanes second = default, third = default, fourth = default;
        for (var k = 0; k < magnitudes.Length; k++)
        {
            var d = Vector512.Create((double)k) - centroid;
            var weighted = d * d * magnitudes[k];
            second += weighted;
            third += weighted * d;
            fourth += weighted * d * d;
        }
        var variance = second / sum;
        var spread = Vector512.Sqrt(variance);
        features[Slot.SpectralSpread] = spread * step;
        features[Slot.SpectralSkewness] = third / sum / (variance * spread);
        features[Slot.SpectralKurtosis] = fourth / sum / (variance * variance);
    }

    /// <summary>The least-squares slope, over frequency, of the magnitudes as shares: of them only the centroid is needed.</summary>
    private static Lanes Slope(Lanes centroid, int bins, double step)
    {
        var n = (double)bins;
        // n sum(k) / n = n (n - 1) / 2, and n sum(k^2) - sum(k)^2 = n^2 (n^2 - 1) / 12.
        return (centroid - Vector512.Create((n - 1) / 2)) / (n * (n * n - 1) / 12 * step);
    }

    private static Lanes Turns(ReadOnlySpan<Lanes> magnitudes)
    {
        Counts turns = default;
        for (var k = 2; k < magnitudes.Length; k++)
        {
            var rise = Vector512.GreaterThan(magnitudes[k - 1], magnitudes[k - 2]);
            turns -= (rise & Vector512.LessThan(magnitudes[k], magnitudes[k - 1])).AsInt64();
        }
        return Vector512.ConvertToDouble(turns);
    }

    private static int Nearest(double hertz, double step, int bins)
    {
        var below = Math.Min((int)(hertz / step), bins - 1);
        var next = Math.Min(below + 1, bins - 1);
        return Math.Abs(hertz - next * step) < Math.Abs(hertz - below * step) ? next : below;
    }
}
