using System.Numerics;
using System.Runtime.Intrinsics;
using Tocsin.Inference.Features.Fourier;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>
/// The first lag at which the series is nearly forgotten: its autocorrelation (each lag's mean product over the
/// variance) below 1/e. Lags up to frames / 3 are looked at.
/// </summary>
internal sealed class Autocorrelation() : Family("Autocorrelation")
{
    private const double Threshold = 0.36787944117144233;

    /// <summary>Lags summed at a time: the frame at t is loaded once for all of them.</summary>
    private const int Batch = 4;

    /// <summary>Most series are forgotten early; past this many lags of a long series the transform gives all at once.</summary>
    private const int LastDirect = 128;
    private const int LongSeries = 1024;

    private readonly LaneBuffer _centred = new();
    private readonly LaneBuffer _work = new();
    private readonly PerLength<ComplexPlan> _plans = new(length => new ComplexPlan(length));

    public override void Compute(LaneBlock block)
    {
        var values = block.Values;
        var n = values.Length;
        var centred = _centred.Take(n);
        var energy = Lanes.Zero;
        for (var t = 0; t < n; t++)
        {
            centred[t] = values[t] - block.Mean;
            energy += centred[t] * centred[t];
        }
        var lags = n / 3;
        var search = new Search { Open = ~block.Constant, First = Vector512.Create(lags + 1.0), Variance = energy / n };
        Span<Lanes> products = stackalloc Lanes[Batch];
        var direct = n > LongSeries ? Math.Min(lags, LastDirect) : lags;
        for (var lag = 1; lag <= direct && search.Open != Lanes.Zero; lag += Batch)
        {
            Products(centred, lag, products);
            for (var i = 0; i < Batch && lag + i <= direct; i++)
                search.Look(lag + i, products[i] / (n - lag - i));
        }
        if (direct < lags && search.Open != Lanes.Zero)
            LookByTransform(centred, direct + 1, lags, ref search);
        block.Features[Slot.Autocorrelation] = Vector512.ConditionalSelect(block.Constant, Lanes.One, search.First);
    }

    private struct Search
    {
        public Lanes Open, First, Variance;

        public void Look(int lag, Lanes covariance)
        {
            var below = Vector512.LessThan(covariance / Variance, Vector512.Create(Threshold)) & Open;
            First = Vector512.ConditionalSelect(below, Vector512.Create((double)lag), First);
            Open = Vector512.AndNot(Open, below);
        }
    }

    private static void Products(ReadOnlySpan<Lanes> x, int lag, Span<Lanes> products)
    {
        Lanes a = default, b = default, c = default, d = default;
        var whole = Math.Max(0, x.Length - lag - (Batch - 1));
        var shifted = x.Slice(lag);
        for (var t = 0; t < whole; t++)
        {
            var here = x[t];
            a = Vector512.FusedMultiplyAdd(here, shifted[t], a);
            b = Vector512.FusedMultiplyAdd(here, shifted[t + 1], b);
            c = Vector512.FusedMultiplyAdd(here, shifted[t + 2], c);
            d = Vector512.FusedMultiplyAdd(here, shifted[t + 3], d);
        }
        (products[0], products[1], products[2], products[3]) = (a, b, c, d);
        for (var i = 0; i < Batch; i++)
        {
            for (var t = whole; t + i < shifted.Length; t++)
                products[i] += x[t] * shifted[t + i];
        }
    }

    /// <summary>The series' power spectrum, padded so that no lag wraps round, transformed back.</summary>
    private void LookByTransform(ReadOnlySpan<Lanes> centred, int from, int lags, ref Search search)
    {
        var length = (int)BitOperations.RoundUpToPowerOf2((uint)(centred.Length + lags));
        var plan = _plans.Of(length);
        var work = _work.Take(2 * length);
        var re = work[..length];
        var im = work[length..];
        work.Clear();
        centred.CopyTo(re);
        plan.Transform(re, im);
        for (var k = 0; k < length; k++)
            (re[k], im[k]) = (re[k] * re[k] + im[k] * im[k], Lanes.Zero);
        plan.Transform(re, im);
        for (var lag = from; lag <= lags && search.Open != Lanes.Zero; lag++)
            search.Look(lag, re[lag] / ((double)length * (centred.Length - lag)));
    }
}
