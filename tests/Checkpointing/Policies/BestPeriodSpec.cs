using Tocsin.Checkpointing.Policies;

namespace Tocsin.CheckpointingTests.Policies;

public sealed class BestPeriodSpec
{
    [Fact]
    public void The_papers_quick_check_a_checkpoint_of_5_s_and_60_s_to_a_failure_is_24_and_a_half_seconds() =>
        Assert.Equal(24.5, BestPeriod.Young(5, 60), 0.01);

    [Theory]
    [InlineData(0.0, 3464.1)]
    [InlineData(0.5, 4898.98)]
    [InlineData(0.75, 6928.2)]
    public void Recall_stretches_the_period_by_the_root_of_what_is_not_predicted(double recall, double expected) =>
        Assert.Equal(expected, BestPeriod.Predicted(60, 100_000, recall), 0.1);

    [Fact]
    public void With_every_failure_predicted_no_periodic_checkpoint_is_due() =>
        Assert.Equal(double.PositiveInfinity, BestPeriod.Predicted(60, 100_000, 1));

    [Theory]
    [InlineData(60, 86_400)]
    [InlineData(600, 36_000)]
    [InlineData(600, 600)]
    [InlineData(6000, 600)]
    public void No_other_period_wastes_less_than_the_exact_one(double cost, double mtbf)
    {
        var best = BestPeriod.Exact(cost, mtbf);
        var least = AnalyticWaste.Periodic(best, cost, 120, 600, mtbf);
        foreach (var factor in (double[])[0.5, 0.8, 0.95, 1.05, 1.3, 2])
            Assert.True(AnalyticWaste.Periodic(factor * best, cost, 120, 600, mtbf) > least, $"{factor} x the exact period is better");
    }

    [Fact]
    public void The_exact_period_tends_to_Youngs_where_checkpoints_are_cheap() =>
        Assert.Equal(1, BestPeriod.Exact(1, 1e8) / BestPeriod.Young(1, 1e8), 1e-3);
}
