using FsCheck;
using FsCheck.Fluent;
using Tocsin.Inference.Scoring;
using Tocsin.Shared;
using Xunit.Abstractions;

namespace Tocsin.Unit.Scoring;

public sealed class TailFitterSpec(ITestOutputHelper output)
{
    private static readonly Dictionary<string, float[]> Fresh =
        new[] { "exponential", "lognormal", "squares" }.ToDictionary(k => k, k => Synthetic.Scores(k, new Random(99), 3600 * 60));

    /// <summary>Calibrated on one hour, held against sixty fresh ones.</summary>
    [Theory]
    [InlineData("exponential", 20, 0.7, 1.4)]
    [InlineData("lognormal", 20, 0.7, 1.4)]
    [InlineData("squares", 20, 0.7, 1.4)]
    [InlineData("exponential", 5, 0.6, 1.6)]
    [InlineData("lognormal", 5, 0.6, 1.6)]
    [InlineData("squares", 5, 0.6, 1.6)]
    public void Clean_running_shows_the_wanted_rate_of_false_episodes(string kind, double rate, double lowest, double highest) =>
        Assert.InRange(MedianRatio(kind, rate, 0, new TailOptions()), lowest, highest);

    /// <summary>5 % of the frames are faults that nobody labelled. Without leaving any out, thresholds lie so high that hardly an episode is left.</summary>
    [Theory]
    [InlineData("exponential", 20, 0.5)]
    [InlineData("lognormal", 20, 0.5)]
    [InlineData("squares", 20, 0.5)]
    [InlineData("exponential", 5, 0.35)]
    [InlineData("lognormal", 5, 0.35)]
    [InlineData("squares", 5, 0.35)]
    public void A_few_unlabelled_faults_hardly_move_the_threshold(string kind, double rate, double lowest)
    {
        Assert.InRange(MedianRatio(kind, rate, 0.05, new TailOptions()), lowest, 1.6);
        Assert.InRange(MedianRatio(kind, rate, 0.05, new TailOptions { OutlierLevel = 0 }), 0, rate == 20 ? 0.5 : 0.1);
    }

    [Fact]
    public void A_rate_that_the_data_is_too_short_for_is_extrapolated()
    {
        var model = TailFitter.Fit([Synthetic.Scores("squares", new Random(1), 3600)], new TailOptions());
        Assert.False(model.ThresholdFor(5).Extrapolated);
        Assert.True(model.ThresholdFor(1).Extrapolated);
        Assert.Equal(5 * model.Hours, model.ThresholdFor(5).EpisodesInData, 12);
        Assert.True(model.ThresholdFor(0.01).Score > model.ThresholdFor(1).Score && model.ThresholdFor(1).Score > model.ThresholdFor(100).Score);
    }

    [Theory]
    [InlineData("exponential")]
    [InlineData("lognormal")]
    [InlineData("squares")]
    public void Normal_scores_have_uniform_p_values(string kind)
    {
        var model = TailFitter.Fit([Fresh[kind][..20_000]], new TailOptions());
        foreach (var (p, factor) in (ReadOnlySpan<(double, double)>)[(0.5, 1.05), (0.1, 1.15), (0.01, 1.5), (0.001, 2.5)])
            Assert.InRange(Fresh[kind].Count(s => model.PValue(s) < p) / (p * Fresh[kind].Length), 1 / factor, factor);
    }

    [Theory]
    [InlineData("exponential")]
    [InlineData("lognormal")]
    [InlineData("squares")]
    public void Surprise_is_finite_and_in_the_order_of_the_scores(string kind)
    {
        var model = TailFitter.Fit([Fresh[kind][..2000]], new TailOptions());
        double last = double.NegativeInfinity;
        foreach (var score in Fresh[kind][..500].Concat([-1e6f, -1f, 0f, 1e2f, 1e4f, 1e8f, 1e30f]).Concat(Enumerable.Range(0, 100).Select(i => 5 + i * 0.37f)).Distinct().Order())
        {
            var surprise = model.Surprise(score);
            Assert.True(double.IsFinite(surprise) && surprise > last, $"{score}: {surprise} after {last}");
            last = surprise;
        }
        Assert.True(double.IsNaN(model.Surprise(double.NaN)));
    }

    [Fact]
    public void Scores_that_are_all_alike_give_a_model_too()
    {
        var model = TailFitter.Fit([[.. Enumerable.Repeat(0.5f, 200)]], new TailOptions());
        Assert.True(model.Surprise(0.6) > 10 && model.Surprise(0.5) < 1 && model.Surprise(0.4) < model.Surprise(0.5));
        Assert.True(model.ThresholdFor(1).Score is >= 0.5 and < 0.51);
    }

    [Fact]
    public void Episodes_do_not_join_across_stretches_nor_over_unscored_frames_beyond_the_gap()
    {
        float[] run = [0, 9, 0, 0, 0, 0, 0, 9, 0];
        Assert.Single(Peaks.Find([run], 1, 5));
        Assert.Equal(2, Peaks.Find([run], 1, 4).Count);
        Assert.Equal(2, Peaks.Find([[0, 9], [9, 0]], 1, 5).Count);
        Assert.Equal(2, Peaks.Find([[9, float.NaN, float.NaN, 9]], 1, 1).Count);
    }

    [Fact]
    public void A_model_survives_the_library_to_the_bit_and_a_bent_one_is_refused()
    {
        var model = TailFitter.Fit([Fresh["squares"][..3000]], new TailOptions());
        var values = model.ToArray();
        var read = TailModel.FromArray(values);
        Assert.All(Fresh["squares"][5000..5500].Append(1e9f), s => Assert.Equal(model.Surprise(s), read.Surprise(s)));
        Assert.Equal(model.ThresholdFor(0.3), read.ThresholdFor(0.3));
        Assert.Throws<LibraryRefusedException>(() => TailModel.FromArray(values.AsSpan(1)));
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(0, values.Length - 1).ToArbitrary(), at =>
        {
            var bent = values.ToArray();
            bent[at] = double.NaN;
            Assert.Throws<LibraryRefusedException>(() => TailModel.FromArray(bent));
        }));
    }

    [Fact]
    public void Too_few_scores_are_said() =>
        Assert.Contains("7 held-out scores", Assert.Throws<BadDataException>(() => TailFitter.Fit([new float[7]], new TailOptions())).Message);

    [Fact]
    public void A_pattern_with_too_little_data_is_spoken_for_by_all()
    {
        var calibration = Calibration.Fit([(0, Fresh["squares"][..500]), (1, Fresh["squares"][600..700])], 3, new TailOptions());
        Assert.NotSame(calibration.Pooled, calibration.For(0));
        Assert.Same(calibration.Pooled, calibration.For(1));
        Assert.Same(calibration.Pooled, calibration.For(2));
        Assert.Same(calibration.Pooled, calibration.For(-1));
    }

    private double MedianRatio(string kind, double rate, double faults, TailOptions options)
    {
        const int Repeats = 9;
        var ratios = Enumerable.Range(0, Repeats).Select(rep =>
        {
            var random = new Random(rep);
            var scores = Synthetic.WithFaults(Synthetic.Scores(kind, random, 3600), random, faults);
            var threshold = TailFitter.Fit([scores], options).ThresholdFor(rate).Score;
            return Peaks.Find([Fresh[kind]], threshold, options.MergeGap).Count / 60.0 / rate;
        }).Order().ToArray();
        output.WriteLine($"{kind}: {rate} wanted an hour, got times {ratios[Repeats / 2]:0.00} [{ratios[1]:0.00}, {ratios[^2]:0.00}]");
        return ratios[Repeats / 2];
    }
}
