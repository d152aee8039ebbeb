using System.Runtime.Intrinsics;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>Sums over the values, their powers and their places; the empirical distribution's first steps, which are i/n.</summary>
internal sealed class Moments() : Family("Moments")
{
    /// <summary>scipy.stats calls kurtosis and skewness undefined where sigma is at most this share of the mean.</summary>
    private const double Resolution = 1e-15;

    public override void Compute(LaneBlock block)
    {
        var values = block.Values;
        var features = block.Features;
        var mean = block.Mean;
        var n = (double)values.Length;
        Lanes energy = default, timed = default, absolute = default;
        Lanes second = default, third = default, fourth = default, trend = default;
        var centre = (n - 1) / 2;
        for (var t = 0; t < values.Length; t++)
        {
            var x = values[t];
            var square = x * x;
            energy += square;
            timed += square * t;
            var d = x - mean;
            var d2 = d * d;
            absolute += Vector512.Abs(d);
            second += d2;
            third += d2 * d;
            fourth += d2 * d2;
            trend += d * (t - centre);
        }
        var variance = second / n;
        features[Slot.AbsoluteEnergy] = energy;
        features[Slot.AveragePower] = energy * (Sampling.Rate / (n - 1));
        features[Slot.RootMeanSquare] = Vector512.Sqrt(energy / n);
        features[Slot.Centroid] = OrZero(timed / energy / Sampling.Rate, Vector512.Equals(energy, Lanes.Zero));
        features[Slot.Max] = block.Max;
        features[Slot.Min] = block.Min;
        features[Slot.PeakToPeak] = block.Max - block.Min;
        features[Slot.Mean] = mean;
        features[Slot.MeanAbsoluteDeviation] = absolute / n;
        features[Slot.Variance] = variance;
        features[Slot.StandardDeviation] = Vector512.Sqrt(variance);
        // The sum of (t - centre)^2 over 0..n-1.
        features[Slot.Slope] = trend / (n * (n * n - 1) / 12);

        var floor = mean * Resolution;
        var flat = Vector512.LessThanOrEqual(variance, floor * floor);
        features[Slot.Skewness] = OrZero(third / n / (variance * Vector512.Sqrt(variance)), flat);
        features[Slot.Kurtosis] = OrZero(fourth / n / (variance * variance) - Vector512.Create(3.0), flat);

        for (var i = 0; i < Slot.Ecdf.Length; i++)
            features[Slot.Ecdf[i]] = Vector512.Create(Math.Min(1, (i + 1) / n));
    }

    private static Lanes OrZero(Lanes value, Lanes where) => Vector512.ConditionalSelect(where, Lanes.Zero, value);
}
