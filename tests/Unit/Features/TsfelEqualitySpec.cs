using Tocsin.Inference.Features;
using Xunit.Abstractions;

namespace Tocsin.Unit.Features;

public sealed class TsfelEqualitySpec(ITestOutputHelper output)
{
    private const double Relative = 1e-6;

    /// <summary>
    /// What is zero but for rounding, in TSFEL as here, by feature. Everything else is held to the relative bound alone.
    /// </summary>
    private static readonly Dictionary<string, double> Absolute = new()
    {
        // The sine's mean is 0 (TSFEL: -1e-16), so is its skewness; a constant's slope (-4e-18).
        ["Mean"] = 1e-14,
        ["Skewness"] = 1e-14,
        ["Slope"] = 1e-16,
        // The sine is one bin exactly: its power outside that bin is the transform's noise, 1e-31 of the whole.
        ["Human range energy"] = 1e-28,
        ["Spectral entropy"] = 1e-26,
        // In Hz: the root of that noise's share times the bandwidth squared (TSFEL: 4.11e-6).
        ["Spectral spread"] = 1e-7,
    };

    /// <summary>
    /// The sine's only bin has no spread, no shape and no neighbours: TSFEL's numbers are quotients and comparisons
    /// of the transform's rounding, and no other order of summation gives them again.
    /// </summary>
    private static readonly (string Series, string Feature)[] Noise =
    [
        ("sine", "Spectral kurtosis"),
        ("sine", "Spectral skewness"),
        ("sine", "Spectral positive turning points"),
    ];

    [Fact]
    public void Every_feature_of_every_golden_series_is_TSFELs()
    {
        var different = new List<string>();
        var extractor = new FeatureExtractor();
        foreach (var series in GoldenSeries.Shared(output).Concat(GoldenSeries.Lengths()))
        {
            var features = new double[FeatureNames.Count];
            extractor.Extract(series.Values, features);
            foreach (var (name, value) in FeatureNames.All.Zip(features))
            {
                // TSFEL has no number for a constant's kurtosis and skewness; here it is 0.
                var expected = series.Features[name] ?? 0;
                if (!Noise.Contains((series.Name, name)) && !Near(name, value, expected)
                    && !(name == "Spectral entropy" && Near(name, WithoutFirstBin(value, series.Values.Length), expected)))
                    different.Add($"{series.Name}, {name}: {value:R}, TSFEL {expected:R}");
            }
        }
        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    private static bool Near(string name, double value, double expected) =>
        Math.Abs(value - expected) <= Relative * Math.Abs(expected) + Absolute.GetValueOrDefault(name);

    /// <summary>
    /// TSFEL divides by log2 of the bins that are not exactly zero. The first holds the rounding that is left of the
    /// series less its mean: by the transform's order of summation now something, now nothing. Here it always counts.
    /// </summary>
    private static double WithoutFirstBin(double entropy, int frames) =>
        entropy * Math.Log2(frames / 2 + 1) / Math.Log2(frames / 2);

    [Fact]
    public void Names_are_TSFELs_in_its_order()
    {
        foreach (var series in GoldenSeries.Shared(output).Concat(GoldenSeries.Lengths()))
        {
            Assert.Equal(FeatureNames.Count, series.Features.Count);
            Assert.Equal(series.Features.Keys.Order(StringComparer.Ordinal), FeatureNames.All);
        }
    }
}
