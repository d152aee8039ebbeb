using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features;

/// <summary>
/// Eight series side by side, one a lane: every feature is computed for the eight at once and no lane sees another,
/// so a series' features do not depend on its neighbours. Lanes beyond <see cref="Load(ReadOnlySpan{float},int,int,int,int)"/>'s
/// count hold zeros. The source of the speed: no step needs a shuffle, not even the Fourier transform or the sort.
/// </summary>
internal sealed class LaneBlock
{
    public const int Width = 8;

    /// <summary>Larger magnitudes are cut to this: their fourth powers, summed, stay finite.</summary>
    private const double Largest = 1e60;

    private readonly LaneBuffer _values = new();
    private readonly LaneBuffer _features = new();

    public int Frames { get; private set; }

    /// <summary>[Frames]</summary>
    public Span<Lanes> Values => _values.Take(Frames);

    /// <summary>[<see cref="FeatureNames.Count"/>]</summary>
    public Span<Lanes> Features => _features.Take(FeatureNames.Count);

    /// <summary>In numpy's order.</summary>
    public Lanes Sum { get; private set; }

    public Lanes Mean { get; private set; }

    public Lanes Min { get; private set; }

    public Lanes Max { get; private set; }

    /// <summary>All bits set in the lanes whose series has one value only.</summary>
    public Lanes Constant { get; private set; }

    /// <param name="values">Row-major, one row of <paramref name="metrics"/> a frame.</param>
    /// <param name="first">The metric of lane 0.</param>
    /// <param name="count">1..8 metrics are loaded.</param>
    public void Load(ReadOnlySpan<float> values, int frames, int metrics, int first, int count)
    {
        Frames = frames;
        var block = Values;
        Span<float> row = stackalloc float[Width];
        row.Clear();
        for (var t = 0; t < frames; t++)
        {
            values.Slice(t * metrics + first, count).CopyTo(row);
            var (lower, upper) = Vector256.Widen(Vector256.Create<float>(row));
            block[t] = Vector512.Create(lower, upper);
        }
        Describe(block);
    }

    public void Load(ReadOnlySpan<double> series)
    {
        Frames = series.Length;
        var block = Values;
        for (var t = 0; t < series.Length; t++)
            block[t] = Lanes.Zero.WithElement(0, series[t]);
        Describe(block);
    }

    private void Describe(Span<Lanes> block)
    {
        var (largest, smallest) = (Vector512.Create(Largest), Vector512.Create(-Largest));
        var (min, max, alarm) = (largest, smallest, Lanes.Zero);
        foreach (ref var value in block)
        {
            // Not a number times zero, and infinity times zero, are the only products that are not zero.
            alarm += value * 0.0;
            // Zero added: of -0 and 0, which compare equal, either could come out of a minimum.
            value = Vector512.MinNative(Vector512.MaxNative(value, smallest), largest) + Lanes.Zero;
            min = Vector512.MinNative(value, min);
            max = Vector512.MaxNative(value, max);
        }
        if (!Vector512.EqualsAll(alarm, Lanes.Zero))
            throw new ArgumentException("a series holds NaN or an infinity: fill or mask before features are taken");
        (Min, Max, Constant) = (min, max, Vector512.Equals(min, max));
        // Of a constant series the rounded mean may miss the value, and everything after would be noise.
        Sum = PairwiseSum.Of(block);
        Mean = Vector512.ConditionalSelect(Constant, min, Sum / block.Length);
    }

    /// <summary>Writes lane 0.. to rows of 134 features; what no number can be given for is 0.</summary>
    public void Store(Span<double> rows, int count)
    {
        var features = Features;
        foreach (ref var value in features)
            value = Vector512.ConditionalSelect(Vector512.Equals(value - value, Lanes.Zero), value, Lanes.Zero);
        var numbers = MemoryMarshal.Cast<Lanes, double>(features);
        for (var lane = 0; lane < count; lane++)
        {
            var row = rows.Slice(lane * FeatureNames.Count, FeatureNames.Count);
            for (var f = 0; f < row.Length; f++)
                row[f] = numbers[f * Width + lane];
        }
    }
}
