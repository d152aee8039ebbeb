using Tocsin.Inference.Scoring;

namespace Tocsin.Unit.Scoring;

public sealed class ScoreFiltersSpec
{
    [Fact]
    public void A_step_reaches_63_percent_after_one_time_constant()
    {
        var filter = new Ewma(10);
        filter.Push(0);
        var value = 0.0;
        for (var t = 0; t < 10; t++)
            value = filter.Push(1);
        Assert.Equal(1 - Math.Exp(-1), value, 12);
    }

    [Fact]
    public void A_cumulative_sum_grows_above_its_drift_never_falls_below_zero_and_comes_back()
    {
        var filter = new Cusum(1, cap: 3);
        Assert.Equal([0, 0.5, 2.5, 3, 2.2, 0], ((double[])[0.2, 1.5, 3, 9, 0.2, -5]).Select(filter.Push), (a, b) => Math.Abs(a - b) < 1e-12);
        filter.Push(5);
        filter.Reset();
        Assert.Equal(0.5, filter.Push(1.5), 12);
    }

    [Fact]
    public void A_trailing_mean_forgets()
    {
        var filter = new TrailingMean(3);
        Assert.Equal([6, 4, 5, 4], ((double[])[6, 2, 7, 3]).Select(filter.Push));
    }
}
