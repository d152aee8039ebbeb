using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features;

/// <summary>
/// Sums in numpy's order (eight partial sums over up to 128 values, halves above that): where TSFEL asks whether a
/// sum is exactly zero, the order decides.
/// </summary>
internal static class PairwiseSum
{
    private const int Parts = 8;
    private const int Block = 128;

    public static Lanes Of(ReadOnlySpan<Lanes> values)
    {
        var n = values.Length;
        if (n > Block)
        {
            var half = n / 2 - n / 2 % Parts;
            return Of(values[..half]) + Of(values[half..]);
        }
        var sum = Lanes.Zero;
        var rest = 0;
        if (n >= Parts)
        {
            rest = n - n % Parts;
            sum = OfEights(values[..rest]);
        }
        foreach (var value in values[rest..])
            sum += value;
        return sum;
    }

    private static Lanes OfEights(ReadOnlySpan<Lanes> values)
    {
        Span<Lanes> parts = stackalloc Lanes[Parts];
        values[..Parts].CopyTo(parts);
        for (var i = Parts; i < values.Length; i += Parts)
        {
            for (var j = 0; j < Parts; j++)
                parts[j] += values[i + j];
        }
        return parts[0] + parts[1] + (parts[2] + parts[3]) + (parts[4] + parts[5] + (parts[6] + parts[7]));
    }
}
