using System.Runtime.Intrinsics;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>What is read off the spectrum of the series less its mean: the first strong peak, and the entropy.</summary>
internal static class SpectralPeaks
{
    /// <summary>A peak counts from this share of the largest magnitude.</summary>
    private const double Share = 0.3;

    /// <param name="magnitudes">Nothing in bin 0.</param>
    public static void Write(ReadOnlySpan<Lanes> magnitudes, double step, Span<Lanes> features)
    {
        // In TSFEL bin 0 holds what rounding left of the mean: too little to weigh, but it counts among the bins that
        // the entropy is a share of, unless it is exactly zero (for one series in ten, by the order of summation).
        Lanes largest = default, power = default, filled = Lanes.One;
        for (var k = 1; k < magnitudes.Length; k++)
        {
            largest = Vector512.MaxNative(magnitudes[k], largest);
            power += magnitudes[k] * magnitudes[k];
            filled += Vector512.GreaterThan(magnitudes[k], Lanes.Zero) & Lanes.One;
        }
        features[Slot.FundamentalFrequency] = First(magnitudes, largest * Share) * step;
        features[Slot.SpectralEntropy] = Entropy(magnitudes, power) / Vector512.Log2(filled);
    }

    /// <summary>The lowest bin above both neighbours and the floor; of a flat top its middle, rounded down; else 0.</summary>
    private static Lanes First(ReadOnlySpan<Lanes> magnitudes, Lanes floor)
    {
        Lanes peak = default, found = default, rising = default, top = default;
        for (var k = 1; k < magnitudes.Length && found.AsInt64() != Vector512<long>.AllBitsSet; k++)
        {
            var (before, here) = (magnitudes[k - 1], magnitudes[k]);
            var rise = Vector512.GreaterThan(here, before);
            var fall = Vector512.LessThan(here, before);
            var crest = Vector512.AndNot(fall & rising & Vector512.GreaterThanOrEqual(before, floor), found);
            var middle = Vector512.Floor((top + Vector512.Create(k - 1.0)) * 0.5);
            peak = Vector512.ConditionalSelect(crest, middle, peak);
            found |= crest;
            top = Vector512.ConditionalSelect(rise, Vector512.Create((double)k), top);
            rising = Vector512.AndNot(rising | rise, fall);
        }
        return peak;
    }

    /// <summary>Of the shares of power, in bits.</summary>
    private static Lanes Entropy(ReadOnlySpan<Lanes> magnitudes, Lanes power)
    {
        var entropy = Lanes.Zero;
        for (var k = 1; k < magnitudes.Length; k++)
        {
            var share = magnitudes[k] * magnitudes[k] / power;
            var term = share * Vector512.Log2(share);
            entropy -= Vector512.ConditionalSelect(Vector512.GreaterThan(share, Lanes.Zero), term, Lanes.Zero);
        }
        return entropy;
    }
}
