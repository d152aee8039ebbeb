using FsCheck;
using FsCheck.Fluent;
using Tocsin.Inference.Features;

namespace Tocsin.Unit.Features;

public sealed class FeatureExtractorSpec
{
    [Fact]
    public void Every_feature_of_every_finite_series_is_finite()
    {
        var extractor = new FeatureExtractor();
        Prop.ForAll(Arb.From(AnySeries()), series => Features(extractor, series).All(double.IsFinite))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(11, 13));
    }

    [Fact]
    public void A_used_extractor_gives_the_bits_of_a_fresh_one()
    {
        var used = new FeatureExtractor(maxFrames: 700);
        Prop.ForAll(Arb.From(AnySeries()), series => SameBits(Features(used, series), Features(new FeatureExtractor(), series)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(17, 19));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(37, 8)]
    [InlineData(200, 9)]
    [InlineData(1301, 3)]
    public void A_metric_of_a_segment_has_the_bits_of_its_series_alone(int frames, int metrics)
    {
        var random = new System.Random(frames);
        var segment = new float[frames * metrics];
        foreach (ref var value in segment.AsSpan())
            value = (float)(random.NextDouble() * 4 - 2);
        var extractor = new FeatureExtractor();
        var rows = new double[metrics * FeatureNames.Count];
        extractor.ExtractSegment(segment, frames, metrics, rows);
        for (var m = 0; m < metrics; m++)
        {
            var alone = Enumerable.Range(0, frames).Select(t => (double)segment[t * metrics + m]).ToArray();
            Assert.True(SameBits(Features(extractor, alone), rows[(m * FeatureNames.Count)..((m + 1) * FeatureNames.Count)]));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(-7e30)]
    public void A_constant_has_no_noise_where_it_has_no_change(double value)
    {
        var series = Enumerable.Repeat(value, 97).ToArray();
        var features = Features(new FeatureExtractor(), series);
        double At(string name) => features[FeatureNames.IndexOf(name)];
        string[] nothing =
        [
            "Variance", "Slope", "Kurtosis", "Skewness", "Entropy", "Max power spectrum", "Power bandwidth",
            "Spectral entropy", "Spectral spread", "Spectral kurtosis", "Spectral decrease", "Fundamental frequency",
            "Spectral positive turning points", "FFT mean coefficient", "Mean absolute deviation",
        ];
        Assert.All(nothing, name => Assert.Equal(0, At(name)));
        Assert.Equal(value, At("Mean"));
        Assert.Equal(1, At("Spectral variation"));
        Assert.Equal(1, At("Autocorrelation"));
    }

    [Fact]
    public void Nothing_is_allocated_while_lengths_repeat()
    {
        var extractor = new FeatureExtractor();
        int[] lengths = [10, 40, 241, 1200];
        var values = new float[1200 * 10];
        for (var i = 0; i < values.Length; i++)
            values[i] = MathF.Sin(i * 0.37f) + i % 11;
        var rows = new double[10 * FeatureNames.Count];
        void All()
        {
            foreach (var length in lengths)
                extractor.ExtractSegment(values.AsSpan(0, length * 10), length, 10, rows);
        }
        All();
        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_series_that_is_not_finite_is_refused(double value)
    {
        var failure = Assert.Throws<ArgumentException>(() => Features(new FeatureExtractor(), [1, 2, value, 3]));
        Assert.Contains("NaN", failure.Message);
    }

    [Fact]
    public void One_frame_is_refused() =>
        Assert.Throws<ArgumentException>(() => Features(new FeatureExtractor(), [1]));

    private static double[] Features(FeatureExtractor extractor, double[] series)
    {
        var features = new double[FeatureNames.Count];
        extractor.Extract(series, features);
        return features;
    }

    private static bool SameBits(double[] a, double[] b) =>
        a.Select(BitConverter.DoubleToInt64Bits).SequenceEqual(b.Select(BitConverter.DoubleToInt64Bits));

    /// <summary>2 to 500 frames of few or many values of any size, with runs and jumps.</summary>
    private static Gen<double[]> AnySeries()
    {
        var exponent = Gen.Choose(-310, 308);
        var extreme = from sign in Gen.Elements(-1.0, 1.0)
                      from e in exponent
                      select sign * Math.Pow(10, e);
        Gen<double> Near(double scale) => Gen.Choose(-1000, 1000).Select(k => k * scale / 1000);
        var kinds = new[]
        {
            Near(1), Near(1e-12), Near(1e-200), Near(1e150), Near(1).Select(v => 1e9 + v),
            extreme, Gen.Elements(0.0, 1.0), Gen.Elements(-0.0, 0.0), Gen.Constant(0.1), Gen.Elements(double.MaxValue, double.MinValue),
            Gen.Elements(double.Epsilon, 0.0), Gen.Constant(double.MaxValue),
        };
        return from kind in Gen.Choose(0, kinds.Length - 1)
               from length in Gen.OneOf(Gen.Choose(2, 25), Gen.Choose(2, 500))
               from values in kinds[kind].ArrayOf(length)
               select values;
    }
}
