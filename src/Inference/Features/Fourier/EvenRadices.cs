namespace Tocsin.Inference.Features.Fourier;

internal sealed class Radix2(int rest, int stride) : Pass(2, rest, stride)
{
    public override void Run(Split x, Split y)
    {
        for (var q = 0; q < Rest; q++)
        {
            var w = Twiddles[2 * q + 1];
            var (a, b, to) = (q * Stride, (q + Rest) * Stride, 2 * q * Stride);
            for (var r = 0; r < Stride; r++)
            {
                var (aRe, aIm, bRe, bIm) = (x.Re[a + r], x.Im[a + r], x.Re[b + r], x.Im[b + r]);
                y.Re[to + r] = aRe + bRe;
                y.Im[to + r] = aIm + bIm;
                Put(y, to + Stride + r, aRe - bRe, aIm - bIm, w);
            }
        }
    }
}

internal sealed class Radix4(int rest, int stride) : Pass(4, rest, stride)
{
    public override void Run(Split x, Split y)
    {
        var leap = Rest * Stride;
        for (var q = 0; q < Rest; q++)
        {
            var (w1, w2, w3) = (Twiddles[4 * q + 1], Twiddles[4 * q + 2], Twiddles[4 * q + 3]);
            for (var r = 0; r < Stride; r++)
            {
                var from = q * Stride + r;
                var to = 4 * q * Stride + r;
                var (sumRe, sumIm) = (x.Re[from] + x.Re[from + 2 * leap], x.Im[from] + x.Im[from + 2 * leap]);
                var (gapRe, gapIm) = (x.Re[from] - x.Re[from + 2 * leap], x.Im[from] - x.Im[from + 2 * leap]);
                var (oddRe, oddIm) = (x.Re[from + leap] + x.Re[from + 3 * leap], x.Im[from + leap] + x.Im[from + 3 * leap]);
                var (turnRe, turnIm) = (x.Re[from + leap] - x.Re[from + 3 * leap], x.Im[from + leap] - x.Im[from + 3 * leap]);
                y.Re[to] = sumRe + oddRe;
                y.Im[to] = sumIm + oddIm;
                // -i (a + i b) = b - i a.
                Put(y, to + Stride, gapRe + turnIm, gapIm - turnRe, w1);
                Put(y, to + 2 * Stride, sumRe - oddRe, sumIm - oddIm, w2);
                Put(y, to + 3 * Stride, gapRe - turnIm, gapIm + turnRe, w3);
            }
        }
    }
}
