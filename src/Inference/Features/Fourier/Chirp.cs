using System.Numerics;
using System.Runtime.Intrinsics;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Fourier;

/// <summary>
/// Bluestein: as k t = (k^2 + t^2 - (k - t)^2) / 2, a transform of any length is a convolution with a chirp, done
/// over a power of two of at least 2 n - 1.
/// </summary>
internal sealed class Chirp
{
    private readonly int _length;
    private readonly ComplexPlan _plan;
    private readonly (double Re, double Im)[] _chirp;
    private readonly (double Re, double Im)[] _response;
    private readonly LaneBuffer _work = new();

    public Chirp(int length)
    {
        _length = length;
        _plan = new ComplexPlan((int)BitOperations.RoundUpToPowerOf2((uint)(2 * length - 1)));
        _chirp = [.. Enumerable.Range(0, length).Select(t => Pass.Root((long)t * t % (2L * length), 2L * length))];
        _response = Response();
    }

    public void Transform(Span<Lanes> re, Span<Lanes> im)
    {
        var work = Work();
        var a = work.Re;
        var b = work.Im;
        for (var t = 0; t < _length; t++)
            (a[t], b[t]) = Times(re[t], im[t], _chirp[t]);
        a[_length..].Clear();
        b[_length..].Clear();
        _plan.Transform(a, b);
        for (var k = 0; k < a.Length; k++)
            (a[k], b[k]) = Times(a[k], b[k], _response[k]);
        // Parts exchanged before and after, the forward transform is the inverse one.
        _plan.Transform(b, a);
        for (var k = 0; k < _length; k++)
            (re[k], im[k]) = Times(a[k], b[k], _chirp[k]);
    }

    /// <summary>The transform of the conjugate chirp, with the 1/n of the way back in it.</summary>
    private (double, double)[] Response()
    {
        var work = Work();
        var a = work.Re;
        var b = work.Im;
        a.Clear();
        b.Clear();
        for (var t = 0; t < _length; t++)
        {
            var (re, im) = (Vector512.Create(_chirp[t].Re), Vector512.Create(-_chirp[t].Im));
            (a[t], b[t]) = (re, im);
            if (t > 0)
                (a[^t], b[^t]) = (re, im);
        }
        _plan.Transform(a, b);
        var response = new (double, double)[a.Length];
        for (var k = 0; k < response.Length; k++)
            response[k] = (a[k][0] / a.Length, b[k][0] / a.Length);
        return response;
    }

    private static (Lanes Re, Lanes Im) Times(Lanes re, Lanes im, (double Re, double Im) w) =>
        (re * w.Re - im * w.Im, re * w.Im + im * w.Re);

    private Split Work()
    {
        var work = _work.Take(2 * _plan.Length);
        return new Split(work[.._plan.Length], work[_plan.Length..]);
    }
}
