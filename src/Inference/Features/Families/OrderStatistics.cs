using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Counts = System.Runtime.Intrinsics.Vector512<long>;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>What follows from the values in order, and from the steps in order: two sorts serve four medians.</summary>
internal sealed class OrderStatistics() : Family("Order")
{
    private static readonly double[] Shares = [0.2, 0.8];

    private readonly LaneBuffer _sorted = new();
    private readonly LaneBuffer _steps = new();
    private readonly int[] _counts = new int[Shares.Length];
    private double[] _runLogs = [];

    public override void Prepare(int frames)
    {
        if (_runLogs.Length <= frames)
            _runLogs = [.. Enumerable.Range(0, 2 * frames + 1).Select(c => c == 0 ? 0 : c * Math.Log2(c))];
        for (var i = 0; i < Shares.Length; i++)
        {
            // The most steps of 1/n, as rounded, that stay within the share.
            var count = (int)(Shares[i] * frames) + 1;
            while (count > 0 && count / (double)frames > Shares[i])
                count--;
            _counts[i] = count;
        }
    }

    public override void Compute(LaneBlock block)
    {
        var values = block.Values;
        var features = block.Features;
        var sorted = _sorted.Take(values.Length);
        values.CopyTo(sorted);
        LaneSort.Ascending(sorted);
        var steps = _steps.Take(values.Length - 1);
        for (var t = 0; t < steps.Length; t++)
            steps[t] = values[t + 1] - values[t];
        var closed = Vector512.Equals(PairwiseSum.Of(steps), Lanes.Zero);
        LaneSort.Ascending(steps);

        var median = Median(sorted);
        features[Slot.Median] = median;
        features[Slot.MedianAbsoluteDeviation] = MedianDistance(sorted, median);
        features[Slot.MedianDiff] = Median(steps);
        features[Slot.MedianAbsoluteDiff] = MedianDistance(steps, Lanes.Zero);
        features[Slot.InterquartileRange] = Quantile(sorted, 0.75) - Quantile(sorted, 0.25);
        features[Slot.Entropy] = Entropy(sorted);
        for (var i = 0; i < Shares.Length; i++)
        {
            // TSFEL takes a series whose steps add up to zero for a constant and gives its first value twice.
            var percentile = sorted[Math.Max(0, _counts[i] - 1)];
            var count = Vector512.Create((double)_counts[i]);
            features[Slot.EcdfPercentile[i]] = Vector512.ConditionalSelect(closed, values[0], percentile);
            features[Slot.EcdfPercentileCount[i]] = Vector512.ConditionalSelect(closed, values[0], count);
        }
    }

    private static Lanes Median(ReadOnlySpan<Lanes> sorted) =>
        (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) * 0.5;

    /// <summary>Linear between the two nearest ranks.</summary>
    private static Lanes Quantile(ReadOnlySpan<Lanes> sorted, double share)
    {
        var rank = share * (sorted.Length - 1);
        var lower = (int)rank;
        var upper = Math.Min(lower + 1, sorted.Length - 1);
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (rank - lower);
    }

    /// <summary>The median of |value - centre|.</summary>
    private static Lanes MedianDistance(ReadOnlySpan<Lanes> sorted, Lanes centre)
    {
        var numbers = MemoryMarshal.Cast<Lanes, double>(sorted);
        var median = Lanes.Zero;
        for (var lane = 0; lane < LaneBlock.Width; lane++)
        {
            var lower = Distance(numbers[lane..], (sorted.Length + 1) / 2, centre[lane]);
            var upper = Distance(numbers[lane..], sorted.Length / 2 + 1, centre[lane]);
            median = median.WithElement(lane, (lower + upper) * 0.5);
        }
        return median;
    }

    /// <summary>The count-th smallest distance: the nearest values to the centre are neighbours in order, so the
    /// stretch of that many is found by halving.</summary>
    private static double Distance(ReadOnlySpan<double> lane, int count, double centre)
    {
        const int stride = LaneBlock.Width;
        var (first, last) = (0, (lane.Length + stride - 1) / stride - count);
        while (first < last)
        {
            var middle = (first + last) / 2;
            if (centre - lane[middle * stride] > lane[(middle + count) * stride] - centre)
                first = middle + 1;
            else
                last = middle;
        }
        return Math.Max(Math.Abs(centre - lane[first * stride]), Math.Abs(lane[(first + count - 1) * stride] - centre));
    }

    /// <summary>Shannon entropy of the values as symbols, over its largest, log2 n.</summary>
    private Lanes Entropy(ReadOnlySpan<Lanes> sorted)
    {
        if (sorted.Length == 2)
            return Lanes.Zero;
        var n = sorted.Length;
        var (sum, run) = (Lanes.Zero, Counts.One);
        for (var i = 1; i <= n; i++)
        {
            var same = i == n ? Lanes.Zero : Vector512.Equals(sorted[i], sorted[i - 1]);
            var ended = Vector512.AndNot(Vector512.GreaterThan(run, Counts.One).AsDouble(), same);
            if (ended != Lanes.Zero)
                sum += RunLogs(run, ended);
            run = Vector512.ConditionalSelect(same.AsInt64(), run + Counts.One, Counts.One);
        }
        var most = Math.Log2(n);
        // Exactly one symbol: no rounding left over.
        var flat = Vector512.Equals(sorted[0], sorted[^1]);
        return Vector512.ConditionalSelect(flat, Lanes.Zero, Lanes.One - sum / (n * most));
    }

    private Lanes RunLogs(Counts run, Lanes ended)
    {
        var logs = Lanes.Zero;
        for (var lanes = ended.ExtractMostSignificantBits(); lanes != 0; lanes &= lanes - 1)
        {
            var lane = System.Numerics.BitOperations.TrailingZeroCount(lanes);
            logs = logs.WithElement(lane, _runLogs[run[lane]]);
        }
        return logs;
    }
}
