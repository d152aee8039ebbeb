using System.Runtime.Intrinsics;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>
/// The mean over frequencies and windows of scipy's spectrogram (one-sided density, Tukey window of 0.25, windows of
/// up to 510 frames that overlap by an eighth, each without its mean). Only the mean over frequencies is wanted, and
/// by Parseval's theorem that is a sum over frames: no transform.
/// </summary>
internal sealed class MeanSpectrum() : Family("Mean spectrum")
{
    private const int MostBins = 256;
    private const double Taper = 0.25;

    private readonly PerLength<double[]> _windows = new(Tukey);
    private double[] _window = [];
    private double _scale;

    public override void Prepare(int frames)
    {
        var bins = Math.Min(MostBins, frames / 2 + 1);
        var size = 2 * bins - 2;
        _window = _windows.Of(size);
        _scale = size / (Sampling.Rate * Squares(_window) * bins);
    }

    public override void Compute(LaneBlock block)
    {
        var values = block.Values;
        var (size, windows) = (_window.Length, 0);
        var sum = Lanes.Zero;
        for (var first = 0; first + size <= values.Length; first += size - size / 8)
        {
            sum += Energy(values.Slice(first, size));
            windows++;
        }
        // Of a constant the windows' rounded means leave noise.
        block.Features[Slot.FftMean] = Vector512.AndNot(sum * (_scale / windows), block.Constant);
    }

    private Lanes Energy(ReadOnlySpan<Lanes> values)
    {
        var mean = Lanes.Zero;
        foreach (var x in values)
            mean += x;
        mean /= values.Length;
        var energy = Lanes.Zero;
        for (var t = 0; t < values.Length; t++)
        {
            var x = (values[t] - mean) * _window[t];
            energy += x * x;
        }
        return energy;
    }

    private static double Squares(double[] window)
    {
        var sum = 0.0;
        foreach (var w in window)
            sum += w * w;
        return sum;
    }

    /// <summary>Periodic, as for a spectrum: cosine flanks of <see cref="Taper"/> of the length in all, flat between.</summary>
    private static double[] Tukey(int size)
    {
        var flank = Taper * size / 2;
        var flanks = from t in Enumerable.Range(0, size)
                     let edge = Math.Min(t, size - t)
                     select edge >= flank ? 1 : 0.5 * (1 - Math.Cos(Math.PI * edge / flank));
        return [.. flanks];
    }
}
