using Tocsin.Inference.Scoring;

namespace Tocsin.Unit.Scoring;

public sealed class SurpriseFusionSpec
{
    private static readonly FusionRule[] Rules = Enum.GetValues<FusionRule>();

    [Fact]
    public void Fisher_and_Stouffer_agree_with_scipy()
    {
        foreach (var line in Fixtures.Lines("fusion.csv").Skip(1))
        {
            double[] surprises = [.. Fixtures.Numbers(line[0]).Select(p => -Math.Log10(p))];
            double[] weights = [.. Enumerable.Range(1, surprises.Length).Select(w => (double)w)];
            Assert.Equal(double.Parse(line[1]), P(SurpriseFusion.Fuse(FusionRule.Fisher, surprises)), 9);
            Assert.Equal(double.Parse(line[2]), P(SurpriseFusion.Fuse(FusionRule.Stouffer, surprises)), 9);
            Assert.Equal(double.Parse(line[3]), P(SurpriseFusion.Fuse(FusionRule.Stouffer, surprises, weights)), 9);
        }
    }

    [Fact]
    public void Least_and_Cauchy_are_their_formulae()
    {
        double[] p = [0.2, 0.01, 0.7];
        double[] surprises = [.. p.Select(x => -Math.Log10(x))];
        Assert.Equal(1 - Math.Pow(0.99, 3), P(SurpriseFusion.Fuse(FusionRule.Least, surprises)), 12);
        Assert.Equal(0.5 - Math.Atan(p.Average(x => Math.Tan((0.5 - x) * Math.PI))) / Math.PI, P(SurpriseFusion.Fuse(FusionRule.Cauchy, surprises)), 12);
    }

    /// <summary>What is fused must rank frames without ties, from far inside the data to far beyond it.</summary>
    [Fact]
    public void More_surprise_in_one_method_is_more_in_all_rules_however_far_out()
    {
        foreach (var rule in Rules)
        {
            var last = double.NegativeInfinity;
            foreach (var s in (double[])[0.9, 1, 4.9, 8.6, 8.8, 9.2, 11.9, 11.9999, 12.0001, 13, 100, 307, 309, 1e4, 1e8])
            {
                var fused = SurpriseFusion.Fuse(rule, [s, 0.8, 0.3]);
                Assert.True(double.IsFinite(fused) && fused > last, $"{rule} at {s}: {fused} after {last}");
                last = fused;
            }
        }
    }

    [Fact]
    public void A_method_without_a_say_is_left_out()
    {
        foreach (var rule in Rules)
        {
            Assert.Equal(SurpriseFusion.Fuse(rule, [1, 2]), SurpriseFusion.Fuse(rule, [1, double.NaN, 2]));
            Assert.True(double.IsNaN(SurpriseFusion.Fuse(rule, [double.NaN])));
            Assert.Equal(2, SurpriseFusion.Fuse(rule, [2]), 9);
            Assert.InRange(SurpriseFusion.Fuse(rule, [0, 0]), 0, 1);
        }
    }

    private static double P(double surprise) => Math.Pow(10, -surprise);
}
