using static Tocsin.Inference.Features.FeatureDomain;
using static Tocsin.Inference.Features.LengthScaling;

namespace Tocsin.Inference.Features;

/// <summary>What is known of each feature, one row a TSFEL function; rows with members become Name_0, Name_1, ...</summary>
internal static class FeatureTable
{
    private sealed record Row(
        string Name, FeatureDomain Domain, string Group, LengthScaling Scaling = None, int Members = 0, bool Informative = true);

    private static readonly Row[] Rows =
    [
        new("Absolute energy", Statistical, "Level", Frames),
        new("Area under the curve", Temporal, "Level", Frames),
        new("Average power", Statistical, "Level"),
        new("Max", Statistical, "Level"),
        new("Mean", Statistical, "Level"),
        new("Median", Statistical, "Level"),
        new("Min", Statistical, "Level"),
        new("Root mean square", Statistical, "Level"),

        new("Interquartile range", Statistical, "Spread"),
        new("Mean absolute deviation", Statistical, "Spread"),
        new("Median absolute deviation", Statistical, "Spread"),
        new("Peak to peak distance", Statistical, "Spread"),
        new("Standard deviation", Statistical, "Spread"),
        new("Variance", Statistical, "Spread"),

        new("Entropy", Statistical, "Shape"),
        new("Kurtosis", Statistical, "Shape"),
        new("Skewness", Statistical, "Shape"),

        new("ECDF Percentile Count", Statistical, "ECDF", Frames, Members: 2),
        new("ECDF Percentile", Statistical, "ECDF", Members: 2),
        // i/n whatever the series holds.
        new("ECDF", Statistical, "ECDF", InverseFrames, Members: 10, Informative: false),
        new("Histogram", Statistical, "Histogram", Frames, Members: 10),

        new("Autocorrelation", Temporal, "Course"),
        new("Centroid", Temporal, "Course", Frames),
        new("Mean diff", Temporal, "Course"),
        new("Median diff", Temporal, "Course"),
        new("Slope", Temporal, "Course"),

        new("Mean absolute diff", Temporal, "Change"),
        new("Median absolute diff", Temporal, "Change"),
        new("Signal distance", Temporal, "Change", Frames),
        new("Sum absolute diff", Temporal, "Change", Frames),

        new("Negative turning points", Temporal, "Turns", Frames),
        new("Neighbourhood peaks", Temporal, "Turns", Frames),
        new("Positive turning points", Temporal, "Turns", Frames),
        new("Zero crossing rate", Temporal, "Turns", Frames),

        new("FFT mean coefficient", Spectral, "Power"),
        new("Human range energy", Spectral, "Power"),
        // A density normalised to unit variance: a line or a trend puts a fixed share of it into one bin, 1/frames wide.
        new("Max power spectrum", Spectral, "Power", Frames),
        new("Power bandwidth", Spectral, "Power"),

        new("Fundamental frequency", Spectral, "Frequency"),
        new("Maximum frequency", Spectral, "Frequency"),
        new("Median frequency", Spectral, "Frequency"),
        new("Spectral roll-off", Spectral, "Frequency"),
        new("Spectral roll-on", Spectral, "Frequency"),

        new("Spectral centroid", Spectral, "Spectrum"),
        new("Spectral decrease", Spectral, "Spectrum"),
        new("Spectral distance", Spectral, "Spectrum", FramesSquared),
        new("Spectral entropy", Spectral, "Spectrum"),
        new("Spectral kurtosis", Spectral, "Spectrum"),
        new("Spectral positive turning points", Spectral, "Spectrum", Frames),
        new("Spectral skewness", Spectral, "Spectrum"),
        new("Spectral slope", Spectral, "Spectrum", InverseFrames),
        new("Spectral spread", Spectral, "Spectrum"),
        new("Spectral variation", Spectral, "Spectrum"),

        new("LPCC", Spectral, "LPCC", Members: 12),
        new("MFCC", Spectral, "MFCC", Members: 12),

        // The wavelets have no mean, so theirs over the frames is what the series' two ends leave, over the frames.
        new("Wavelet absolute mean", Spectral, "Wavelet", InverseFrames, Members: 9),
        new("Wavelet energy", Spectral, "Wavelet", Members: 9),
        new("Wavelet entropy", Spectral, "Wavelet"),
        new("Wavelet standard deviation", Spectral, "Wavelet", Members: 9),
        new("Wavelet variance", Spectral, "Wavelet", Members: 9),
    ];

    public static FeatureTraits[] Build() =>
        [.. Rows.SelectMany(Expand).OrderBy(t => t.Name, StringComparer.Ordinal)];

    private static IEnumerable<FeatureTraits> Expand(Row row)
    {
        FeatureTraits Named(string name) => new(name, row.Domain, row.Group, row.Scaling, row.Informative);
        return row.Members == 0
            ? [Named(row.Name)]
            : Enumerable.Range(0, row.Members).Select(i => Named($"{row.Name}_{i}"));
    }
}
