using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Fourier;

/// <summary>
/// Any odd prime: inputs j and p - j are folded into their sum and difference first, so that outputs k and p - k
/// share all products.
/// </summary>
internal sealed class OddRadix : Pass
{
    private readonly int _half;
    private readonly (double Cos, double Sin)[] _angles;
    private readonly LaneBuffer _folded = new();

    public OddRadix(int radix, int rest, int stride) : base(radix, rest, stride)
    {
        _half = radix / 2;
        _angles = new (double, double)[_half * _half];
        for (var k = 1; k <= _half; k++)
        {
            for (var j = 1; j <= _half; j++)
            {
                var (cos, sin) = Root((long)j * k, radix);
                _angles[(k - 1) * _half + j - 1] = (cos, -sin);
            }
        }
    }

    public override void Run(Split x, Split y)
    {
        var folded = _folded.Take(4 * _half);
        for (var q = 0; q < Rest; q++)
        {
            for (var r = 0; r < Stride; r++)
            {
                var first = q * Stride + r;
                Fold(x, first, folded);
                var (sumRe, sumIm) = (x.Re[first], x.Im[first]);
                for (var j = 0; j < _half; j++)
                {
                    sumRe += folded[4 * j];
                    sumIm += folded[4 * j + 1];
                }
                var to = Radix * q * Stride + r;
                (y.Re[to], y.Im[to]) = (sumRe, sumIm);
                for (var k = 1; k <= _half; k++)
                    Pair(x.Re[first], x.Im[first], folded, k, q, to, y);
            }
        }
    }

    private void Fold(Split x, int first, Span<Lanes> folded)
    {
        var leap = Rest * Stride;
        for (var j = 1; j <= _half; j++)
        {
            var (lower, upper) = (first + j * leap, first + (Radix - j) * leap);
            var into = folded.Slice(4 * (j - 1), 4);
            into[0] = x.Re[lower] + x.Re[upper];
            into[1] = x.Im[lower] + x.Im[upper];
            into[2] = x.Re[lower] - x.Re[upper];
            into[3] = x.Im[lower] - x.Im[upper];
        }
    }

    private void Pair(Lanes evenRe, Lanes evenIm, ReadOnlySpan<Lanes> folded, int k, int q, int to, Split y)
    {
        Lanes oddRe = default, oddIm = default;
        var angles = _angles.AsSpan((k - 1) * _half, _half);
        for (var j = 0; j < angles.Length; j++)
        {
            var (cos, sin) = angles[j];
            var parts = folded.Slice(4 * j, 4);
            evenRe += parts[0] * cos;
            evenIm += parts[1] * cos;
            oddRe += parts[2] * sin;
            oddIm += parts[3] * sin;
        }
        var w = q * Radix;
        Put(y, to + k * Stride, evenRe + oddIm, evenIm - oddRe, Twiddles[w + k]);
        Put(y, to + (Radix - k) * Stride, evenRe - oddIm, evenIm + oddRe, Twiddles[w + Radix - k]);
    }
}
