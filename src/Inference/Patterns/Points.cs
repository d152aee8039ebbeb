using System.Numerics;

namespace Tocsin.Inference.Patterns;

internal static class Points
{
    /// <summary>Columns summed in float before they are added in double.</summary>
    private const int Chunk = 512;

    /// <summary>Euclidean; the same to the bit whichever of the two comes first.</summary>
    public static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (var from = 0; from < a.Length; from += Chunk)
        {
            var length = Math.Min(Chunk, a.Length - from);
            sum += Squares(a.Slice(from, length), b.Slice(from, length));
        }
        return Math.Sqrt(sum);
    }

    private static float Squares(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var lanes = Vector<float>.Zero;
        var k = 0;
        for (; k <= a.Length - Vector<float>.Count; k += Vector<float>.Count)
        {
            var difference = new Vector<float>(a[k..]) - new Vector<float>(b[k..]);
            lanes += difference * difference;
        }
        var sum = Vector.Sum(lanes);
        for (; k < a.Length; k++)
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }
}
