using Tocsin.Checkpointing.Policies;
using Tocsin.Shared.Flow;

namespace Tocsin.CheckpointingTests.Policies;

public sealed class TimedPoliciesSpec
{
    private static readonly double Young = BestPeriod.Young(60, 100_000);

    [Fact]
    public void Young_Daly_holds_until_its_period_and_then_asks_for_a_checkpoint()
    {
        var policy = new YoungDaly(Situations.Told(100_000));
        var hold = Assert.IsType<Hold>(policy.Decide(Situations.At(Young - 1)));
        Assert.Equal(HoldReason.NotYet, hold.Reason);
        Assert.Equal(Young * 1000, hold.LookAgainMs, 1.0);
        Assert.Equal(ActReason.Period, Assert.IsType<Checkpoint>(policy.Decide(Situations.At(hold.LookAgainMs / 1000.0))).Reason);
    }

    [Fact]
    public void What_is_saved_is_not_counted_again()
    {
        var hold = Assert.IsType<Hold>(new Periodic(3600).Decide(Situations.At(4000, savedS: 3500)));
        Assert.Equal(7_100_000, hold.LookAgainMs);
    }

    [Fact]
    public void A_job_that_did_not_opt_in_gets_nothing_from_any_policy()
    {
        var told = Situations.Told(100, 0.5);
        var job = Situations.At(1e6, 0, Situations.Expected(1e6 + 60)) with { CanCheckpoint = false };
        foreach (IPolicy policy in (IPolicy[])[new Periodic(3600), new YoungDaly(told), new PredictionAware(told), new PaperPolicy(new PaperOptions(), told)])
            Assert.Equal(HoldReason.NotAllowed, Assert.IsType<Hold>(policy.Decide(job)).Reason);
    }

    [Fact]
    public void A_prediction_is_met_with_a_checkpoint_that_ends_at_its_date()
    {
        var policy = new PredictionAware(Situations.Told(100_000, 0.5, 0.5));
        var hold = Assert.IsType<Hold>(policy.Decide(Situations.At(1000, 0, Situations.Expected(2000))));
        Assert.Equal(1_940_000, hold.LookAgainMs);
        var now = Assert.IsType<Checkpoint>(policy.Decide(Situations.At(1940, 0, Situations.Expected(2000))));
        Assert.Equal(ActReason.Prediction, now.Reason);
        Assert.Equal(2_000_000, now.DeadlineMs);
        Assert.Contains("n001", now.Sentence);
    }

    [Fact]
    public void A_prediction_that_puts_less_than_C_over_p_at_risk_does_not_pay()
    {
        // 60 s / 0.5 = 120 s of work.
        var policy = new PredictionAware(Situations.Told(100_000, 0.5, 0.5));
        Assert.IsType<Hold>(policy.Decide(Situations.At(1940, 1890, Situations.Expected(2000))));
        Assert.IsType<Checkpoint>(policy.Decide(Situations.At(1940, 1879, Situations.Expected(2000))));
    }

    [Fact]
    public void A_prediction_that_comes_too_late_for_a_checkpoint_is_ignored() =>
        Assert.IsType<Hold>(new PredictionAware(Situations.Told(100_000, 0.5, 0.9)).Decide(Situations.At(1950, 0, Situations.Expected(2000))));

    [Fact]
    public void The_paper_checkpoints_hourly_at_half_load_and_at_once_above_theta()
    {
        var policy = new PaperPolicy(new PaperOptions(), Situations.Told(100_000));
        var hold = Assert.IsType<Hold>(policy.Decide(Situations.At(600) with { Load = 1 }));
        Assert.Equal(3_600_000, hold.LookAgainMs);
        Assert.IsType<Migrate>(policy.Decide(Situations.At(600, 0, Situations.Expected(5000, issuedS: 500))));
        Assert.IsType<Checkpoint>(policy.Decide(Situations.At(600, 0, Situations.Expected(5000, issuedS: 500)) with { Target = null }));
        Assert.IsType<Hold>(policy.Decide(Situations.At(700, savedS: 600, Situations.Expected(5000, issuedS: 500))));
    }

    [Fact]
    public void Equation_1_is_a_sigmoid_and_one_half_at_zero()
    {
        Assert.Equal(0.5, PaperEquations.FailureProbability([1, -1], [3, 3], 0));
        Assert.Equal(0.8808, PaperEquations.FailureProbability([1, 0], [1, 9], 1), 1e-4);
    }
}
