using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Fourier;

/// <summary>
/// Bins 0..n/2 of eight real series. An even length goes as one complex series of half the length (even frames
/// real, odd frames imaginary); an odd one as a complex series with nothing imaginary.
/// </summary>
internal sealed class RealPlan
{
    private readonly ComplexPlan _plan;
    private readonly (double Re, double Im)[] _roots = [];
    private readonly LaneBuffer _work = new();

    public RealPlan(int length)
    {
        Length = length;
        var half = length / 2;
        _plan = new ComplexPlan(length % 2 == 0 ? half : length);
        if (length % 2 == 0)
            _roots = [.. Enumerable.Range(0, half + 1).Select(k => Pass.Root(k, length))];
    }

    public int Length { get; }

    public int Bins => Length / 2 + 1;

    /// <param name="x">[Length]</param>
    /// <param name="re">[Bins]</param>
    /// <param name="im">[Bins]</param>
    public void Transform(ReadOnlySpan<Lanes> x, Lanes subtract, Span<Lanes> re, Span<Lanes> im)
    {
        var work = _work.Take(2 * _plan.Length);
        var zRe = work[.._plan.Length];
        var zIm = work[_plan.Length..];
        var even = Length % 2 == 0;
        for (var t = 0; t < zRe.Length; t++)
        {
            zRe[t] = x[even ? 2 * t : t] - subtract;
            zIm[t] = even ? x[2 * t + 1] - subtract : Lanes.Zero;
        }
        _plan.Transform(zRe, zIm);
        if (even)
        {
            Unpack(zRe, zIm, re, im);
            return;
        }
        zRe[..Bins].CopyTo(re);
        zIm[..Bins].CopyTo(im);
    }

    /// <summary>X[k] = E[k] + w^k O[k], where the even and odd frames' spectra are the halves of Z[k] +- conj Z[-k].</summary>
    private void Unpack(ReadOnlySpan<Lanes> zRe, ReadOnlySpan<Lanes> zIm, Span<Lanes> re, Span<Lanes> im)
    {
        var half = zRe.Length;
        for (var k = 0; k <= half; k++)
        {
            var (here, mirror) = (k == half ? 0 : k, k == 0 ? 0 : half - k);
            var (aRe, aIm, bRe, bIm) = (zRe[here], zIm[here], zRe[mirror], -zIm[mirror]);
            // O = -i (a - b) / 2
            var (oddRe, oddIm) = (aIm - bIm, bRe - aRe);
            var (wRe, wIm) = _roots[k];
            re[k] = (aRe + bRe + (oddRe * wRe - oddIm * wIm)) * 0.5;
            im[k] = (aIm + bIm + (oddRe * wIm + oddIm * wRe)) * 0.5;
        }
    }
}
