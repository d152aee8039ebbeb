using System.Diagnostics;
using Tocsin.Inference.Features.Families;

namespace Tocsin.Inference.Features;

/// <summary>
/// TSFEL 0.1.7's features of a series of at least two finite values, its default settings, the whole series as one
/// window. The same series gives the same bits alone, in a segment, and with AVX2 as with AVX-512.
///
/// Where TSFEL has no number, fails or returns rounding noise, the value is: of a constant series all that measures
/// change, shape or bins other than the first, 0 (TSFEL's exact case), whatever the constant; Kurtosis and Skewness
/// of a constant, 0; Autocorrelation that never falls below 1/e, one more than the lags looked at (frames / 3);
/// ECDF_i of fewer frames, 1; ECDF Percentile of under five frames, the least value; LPCC of fewer than twelve
/// frames, lags beyond the end count 0; anything else that overflows or divides by zero, 0. Magnitudes above 1e60
/// are cut to it.
///
/// Holds all scratch and the tables of the lengths met last: nothing is allocated while lengths repeat.
/// One thread at a time.
/// </summary>
public sealed class FeatureExtractor
{
    public const int FewestFrames = 2;

    private readonly LaneBlock _block = new();
    private int _prepared;

    /// <summary>Null, and nothing is measured.</summary>
    public FeatureProfile? Profile { get; set; }

    private Family[] Families { get; } =
    [
        new Moments(), new Differences(), new Peaks(), new OrderStatistics(), new Histogram(), new Autocorrelation(),
        new Spectrum(), new MeanSpectrum(), new MelCepstrum(), new PredictionCepstrum(), new Wavelets(),
    ];

    /// <param name="maxFrames">Scratch for this length is made at once; longer series still work.</param>
    public FeatureExtractor(int maxFrames = 0)
    {
        if (maxFrames >= FewestFrames)
            Extract(new double[maxFrames], new double[FeatureNames.Count]);
    }

    /// <param name="features">134 values in the order of <see cref="FeatureNames.All"/>.</param>
    /// <exception cref="ArgumentException">Under two frames, NaN or an infinity in the series, or too little room.</exception>
    public void Extract(ReadOnlySpan<double> series, Span<double> features)
    {
        Check(series.Length, features.Length, 1);
        _block.Load(series);
        Compute();
        _block.Store(features, 1);
    }

    /// <param name="values">Row-major, <paramref name="frames"/> rows of <paramref name="metrics"/>, all finite.</param>
    /// <param name="features"><paramref name="metrics"/> rows of 134.</param>
    /// <exception cref="ArgumentException">As <see cref="Extract"/>, and where the values are not frames x metrics.</exception>
    public void ExtractSegment(ReadOnlySpan<float> values, int frames, int metrics, Span<double> features)
    {
        Check(frames, features.Length, metrics);
        if (values.Length != (long)frames * metrics)
            throw new ArgumentException($"{values.Length} values are not {frames} frames of {metrics} metrics");
        for (var first = 0; first < metrics; first += LaneBlock.Width)
        {
            var count = Math.Min(LaneBlock.Width, metrics - first);
            _block.Load(values, frames, metrics, first, count);
            Compute();
            _block.Store(features[(first * FeatureNames.Count)..], count);
        }
    }

    private static void Check(int frames, int room, int series)
    {
        if (frames < FewestFrames)
            throw new ArgumentException($"{frames} frames: features need at least {FewestFrames}");
        if (room < (long)series * FeatureNames.Count)
            throw new ArgumentException($"room for {room} features, {series} x {FeatureNames.Count} are needed");
    }

    private void Compute()
    {
        if (_prepared != _block.Frames)
        {
            foreach (var family in Families)
                family.Prepare(_block.Frames);
            _prepared = _block.Frames;
        }
        if (Profile is { } profile)
        {
            Compute(profile);
            return;
        }
        foreach (var family in Families)
            family.Compute(_block);
    }

    private void Compute(FeatureProfile profile)
    {
        var since = Stopwatch.GetTimestamp();
        foreach (var family in Families)
        {
            family.Compute(_block);
            since = profile.Add(family.Name, since);
        }
    }
}
