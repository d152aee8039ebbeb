using System.Runtime.Intrinsics;
using Tocsin.Inference.Features.Fourier;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>
/// MFCC 0..11: the first 512 frames, each less 0.97 of the one before, zeros behind; power in 40 triangles evenly
/// spaced in mel (2595 log10(1 + Hz / 700)); decibels; orthonormal cosine transform, coefficients 1..12; less their
/// mean; liftered by 1 + 11 sin(pi i / 22).
/// </summary>
internal sealed class MelCepstrum() : Family("MFCC")
{
    private const int Size = 512;
    private const double Emphasis = 0.97;
    private const double Lifter = 22;

    /// <summary>TSFEL takes a little more than the mean away.</summary>
    private const double MeanOffset = 1e-8;

    /// <summary>What an empty filter holds: double's machine epsilon.</summary>
    private const double Nothing = 2.220446049250313e-16;

    private static readonly MelFilter[] Filters = MelFilter.Bank(Size);
    private static readonly double[,] Cosines = CosineRows();

    private readonly RealPlan _plan = new(Size);
    private readonly LaneBuffer _frames = new();
    private readonly LaneBuffer _bins = new();

    public override void Compute(LaneBlock block)
    {
        var frames = _frames.Take(Size);
        Emphasise(block.Values, frames);
        var bins = _bins.Take(2 * _plan.Bins);
        var re = bins[.._plan.Bins];
        var im = bins[_plan.Bins..];
        _plan.Transform(frames, Lanes.Zero, re, im);
        for (var k = 0; k < re.Length; k++)
            re[k] = (re[k] * re[k] + im[k] * im[k]) * (1.0 / Size);

        Span<Lanes> coefficients = stackalloc Lanes[Slot.Mfcc.Length];
        coefficients.Clear();
        for (var f = 0; f < Filters.Length; f++)
        {
            var power = Filters[f].Apply(re);
            power = Vector512.ConditionalSelect(Vector512.Equals(power, Lanes.Zero), Vector512.Create(Nothing), power);
            var decibels = Vector512.Log(power) * (20 / Math.Log(10));
            for (var i = 0; i < coefficients.Length; i++)
                coefficients[i] += decibels * Cosines[f, i];
        }
        var mean = Lanes.Zero;
        foreach (var c in coefficients)
            mean += c;
        mean = mean / coefficients.Length + Vector512.Create(MeanOffset);
        for (var i = 0; i < coefficients.Length; i++)
            block.Features[Slot.Mfcc[i]] = (coefficients[i] - mean) * (1 + Lifter / 2 * Math.Sin(Math.PI * i / Lifter));
    }

    private static void Emphasise(ReadOnlySpan<Lanes> values, Span<Lanes> frames)
    {
        var n = Math.Min(values.Length, frames.Length);
        frames[0] = values[0];
        for (var t = 1; t < n; t++)
            frames[t] = values[t] - values[t - 1] * Emphasis;
        frames[n..].Clear();
    }

    private static double[,] CosineRows()
    {
        var rows = new double[Filters.Length, Slot.Mfcc.Length];
        for (var f = 0; f < Filters.Length; f++)
        {
            for (var i = 0; i < Slot.Mfcc.Length; i++)
                rows[f, i] = Math.Sqrt(2.0 / Filters.Length) * Math.Cos(Math.PI * (i + 1) * (2 * f + 1) / (2.0 * Filters.Length));
        }
        return rows;
    }
}
