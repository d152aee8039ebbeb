using Tocsin.Inference.Scoring;

namespace Tocsin.Unit.Scoring;

public sealed class ParetoSpec
{
    [Fact]
    public void Maximum_likelihood_agrees_with_scipy()
    {
        foreach (var line in Fixtures.Lines("gpd.csv").Skip(1))
        {
            double shape = double.Parse(line[1]), scale = double.Parse(line[2]), likelihood = double.Parse(line[3]);
            var excesses = Fixtures.Numbers(line[4]);
            var fit = Pareto.Fit(excesses);
            Assert.Equal(likelihood, new Pareto(scale, shape).LogLikelihood(excesses), 8);
            // Ours may only be the better of the two, and by no more than scipy stops short of the top.
            Assert.InRange(fit.LogLikelihood(excesses), likelihood - 1e-4, likelihood + 1e-2);
            Assert.Equal(shape, fit.Shape, 2e-3);
            Assert.Equal(scale, fit.Scale, 1e-2);
        }
    }

    [Fact]
    public void The_shape_stays_within_its_bounds_and_a_prior_draws_it_to_zero()
    {
        var excesses = Fixtures.Numbers(Fixtures.Lines("gpd.csv").Last()[4]);
        var free = Pareto.Fit(excesses);
        Assert.Equal(0.2, Pareto.Fit(excesses, -0.2, 0.2).Shape, 9);
        Assert.InRange(Pareto.Fit(excesses[..30], shapePrior: 0.1).Shape, -0.2, Math.Max(0.2, free.Shape));
        Assert.True(Math.Abs(Pareto.Fit(excesses, shapePrior: 0.05).Shape) < free.Shape);
    }

    [Fact]
    public void A_sample_that_was_cut_gives_the_tail_of_the_whole()
    {
        var random = new Random(3);
        double[] whole = [.. Enumerable.Range(0, 4000).Select(_ => -2 * Math.Log(1 - random.NextDouble()))];
        double[] cut = [.. whole.Where(y => y < 4)];
        Assert.Equal(2, Pareto.Fit(cut, truncatedAt: 4, shapePrior: 0.1).Scale, 0.35);
        Assert.True(Pareto.Fit(cut).Scale + Pareto.Fit(cut).Shape * 4 < 1, "without knowing of the cut the tail ends there");
    }

    [Theory]
    [InlineData(-0.3)]
    [InlineData(0)]
    [InlineData(0.4)]
    public void Quantiles_invert_survival(double shape)
    {
        var tail = new Pareto(1.7, shape);
        foreach (var logP in (double[])[-0.01, -1, -7])
            Assert.Equal(logP, tail.LogSurvival(tail.AtLogSurvival(logP)), 9);
    }
}
