using Tocsin.Inference.Features;

namespace Tocsin.Unit.Features;

public sealed class FeatureTraitsSpec
{
    [Fact]
    public void There_are_134_features_of_which_the_ECDF_steps_say_nothing()
    {
        Assert.Equal(FeatureNames.Count, FeatureTraits.All.Count);
        Assert.Equal(FeatureNames.Count, FeatureNames.All.Distinct().Count());
        var silent = FeatureTraits.All.Where(t => !t.Informative).Select(t => t.Name);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"ECDF_{i}"), silent);
    }

    /// <summary>The same behaviour for twice and four times as long: what is meant to be comparable, is.</summary>
    [Fact]
    public void What_grows_with_length_does_not_once_length_is_taken_out()
    {
        var extractor = new FeatureExtractor();
        var (half, twice) = (LengthFree(extractor, 600), LengthFree(extractor, 1200));
        foreach (var (traits, i) in FeatureTraits.All.Select((t, i) => (t, i)).Where(p => p.t.Scaling != LengthScaling.None))
            Assert.True(Math.Abs(twice[i] - half[i]) <= 0.15 * Math.Abs(half[i]) + 1e-3, $"{traits.Name}: {half[i]} at 600, {twice[i]} at 1200");
    }

    private static double[] LengthFree(FeatureExtractor extractor, int frames)
    {
        // Two waves with a whole number of periods in either length, and a little noise that goes on.
        var random = new Random(1);
        var noise = Enumerable.Range(0, frames).Select(_ => random.NextDouble() - 0.5).ToArray();
        var series = Enumerable.Range(0, frames)
            .Select(t => 0.3 + Math.Sin(2 * Math.PI * t / 30) + 0.02 * noise[t]).ToArray();
        var features = new double[FeatureNames.Count];
        extractor.Extract(series, features);
        return [.. FeatureTraits.All.Zip(features, (t, f) => t.LengthFree(f, frames))];
    }
}
