using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features.Families;

/// <summary>
/// Welch's density with one window: Hann (periodic), over the whole series less its mean, one-sided, of the series
/// over its standard deviation.
/// </summary>
internal static class HannPower
{
    /// <param name="re">The transform without a window, bins 0..n/2, nothing in bin 0.</param>
    public static void Of(ReadOnlySpan<Lanes> re, ReadOnlySpan<Lanes> im, int frames, Span<Lanes> power)
    {
        // Two-sided sum over frames^2: the variance.
        var variance = Lanes.Zero;
        var nyquist = frames % 2 == 0 ? re.Length - 1 : -1;
        for (var k = 1; k < re.Length; k++)
            variance += (re[k] * re[k] + im[k] * im[k]) * (k == nyquist ? 1 : 2);
        variance /= (double)frames * frames;

        var windowEnergy = frames == 2 ? 1 : 3 * frames / 8.0;
        var scale = Lanes.One / (variance * (Sampling.Rate * windowEnergy));
        var last = re.Length - 1;
        // The bins past the last mirror those before it: with an odd length the last itself.
        var mirror = nyquist < 0 ? last : last - 1;
        for (var k = 0; k <= last; k++)
        {
            var (lowRe, lowIm) = k == 0 ? (re[1], -im[1]) : (re[k - 1], im[k - 1]);
            var (highRe, highIm) = k == last ? (re[mirror], -im[mirror]) : (re[k + 1], im[k + 1]);
            var windowedRe = re[k] * 0.5 - (lowRe + highRe) * 0.25;
            var windowedIm = im[k] * 0.5 - (lowIm + highIm) * 0.25;
            var sides = k == 0 || k == nyquist ? 1 : 2;
            power[k] = (windowedRe * windowedRe + windowedIm * windowedIm) * (scale * sides);
        }
    }
}
