using System.Runtime.Intrinsics;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>A triangle over the bins of a power spectrum, of unit area in hertz; edges on whole bins.</summary>
internal sealed record MelFilter(int First, double[] Weights)
{
    private const int Count = 40;

    public Lanes Apply(ReadOnlySpan<Lanes> power)
    {
        var sum = Lanes.Zero;
        for (var k = 0; k < Weights.Length; k++)
            sum += power[First + k] * Weights[k];
        return sum;
    }

    public static MelFilter[] Bank(int size)
    {
        var top = 2595 * Math.Log10(1 + Sampling.Rate / 2 / 700);
        var hertz = Enumerable.Range(0, Count + 2)
            .Select(i => 700 * (Math.Pow(10, top * i / (Count + 1) / 2595) - 1)).ToArray();
        var bins = hertz.Select(h => (int)Math.Floor((size + 1) * h / Sampling.Rate)).ToArray();
        return [.. Enumerable.Range(0, Count).Select(m =>
            Triangle(bins[m], bins[m + 1], bins[m + 2], 2 / (hertz[m + 2] - hertz[m])))];
    }

    private static MelFilter Triangle(int first, int peak, int last, double height) => new(first,
    [
        .. Enumerable.Range(first, peak - first).Select(k => height * (k - first) / (peak - first)),
        .. Enumerable.Range(peak, last - peak).Select(k => height * (last - k) / (last - peak)),
    ]);
}
