using System.Runtime.Intrinsics;
using Tocsin.Inference.Features.Fourier;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>
/// One transform of the series less its mean serves the magnitudes (the mean comes back as the first bin) and, as a
/// Hann window is three terms in frequency, the windowed power too.
/// </summary>
internal sealed class Spectrum() : Family("Spectrum")
{
    private readonly PerLength<RealPlan> _plans = new(length => new RealPlan(length));
    private readonly LaneBuffer _bins = new();
    private RealPlan _plan = null!;

    public override void Prepare(int frames) => _plan = _plans.Of(frames);

    public override void Compute(LaneBlock block)
    {
        var count = _plan.Bins;
        var bins = _bins.Take(4 * count);
        var re = bins[..count];
        var im = bins.Slice(count, count);
        var magnitudes = bins.Slice(2 * count, count);
        var scratch = bins.Slice(3 * count, count);
        _plan.Transform(block.Values, block.Mean, re, im);
        (re[0], im[0]) = (Lanes.Zero, Lanes.Zero);
        for (var k = 0; k < count; k++)
        {
            // Of a constant, as of all that follows from it, exactly nothing.
            (re[k], im[k]) = (Vector512.AndNot(re[k], block.Constant), Vector512.AndNot(im[k], block.Constant));
            magnitudes[k] = Vector512.Sqrt(re[k] * re[k] + im[k] * im[k]);
        }
        var step = 1 / (block.Frames * (1 / Sampling.Rate));
        SpectralPeaks.Write(magnitudes, step, block.Features);
        magnitudes[0] = Vector512.Abs(block.Mean * block.Frames);
        SpectralShape.Write(magnitudes, step, block.Features);
        SpectralBands.Write(magnitudes, scratch, step, block.Features);
        HannPower.Of(re, im, block.Frames, magnitudes);
        SpectralBands.WritePower(magnitudes, scratch, step, block.Features);
    }
}
