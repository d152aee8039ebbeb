using Tocsin.Checkpointing.Policies;
using Tocsin.Shared.Flow;

namespace Tocsin.CheckpointingTests.Policies;

public sealed class AdaptiveSpec
{
    private static readonly AdaptiveOptions Options = new(Budget: 0.5);

    private static JobDecision Decide(JobSituation job, Told told, AdaptiveOptions? options = null) => new Adaptive(told, options ?? Options).Decide(job);

    [Fact]
    public void Without_predictions_it_keeps_to_the_exact_period()
    {
        var told = Situations.Told(100_000);
        var hold = Assert.IsType<Hold>(Decide(Situations.At(100), told));
        Assert.Equal(BestPeriod.Exact(60, 100_000), hold.LookAgainMs / 1000.0, 0.01);
        Assert.IsType<Checkpoint>(Decide(Situations.At(hold.LookAgainMs / 1000.0), told));
    }

    [Fact]
    public void A_certain_failure_of_a_node_is_met_with_a_move_that_ends_before_it()
    {
        var told = Situations.Told(1e6, 0.9, 0.95);
        var hold = Assert.IsType<Hold>(Decide(Situations.At(3000, 0, Situations.Expected(4000)), told));
        Assert.Equal(3_940_000, hold.LookAgainMs);
        var move = Assert.IsType<Migrate>(Decide(Situations.At(3940, 0, Situations.Expected(4000)), told));
        Assert.Equal((Situations.Suspect, Situations.Spare), (move.From, move.Target));
        // Ignored: 0.95 x (3940 + 60 + 720) s and what the checkpoint is worth anyway; moved: 180 s. Four nodes.
        Assert.InRange(move.GainNodeSeconds, 4 * ((0.95 * 4720) - 180), 4 * ((0.95 * 4720) - 180 + 3));
    }

    [Fact]
    public void A_doubtful_one_is_met_with_a_checkpoint_alone()
    {
        var checkpoint = Assert.IsType<Checkpoint>(Decide(Situations.At(3940, 0, Situations.Expected(4000)), Situations.Told(1e6, 0.9, 0.1)));
        Assert.Equal(ActReason.Prediction, checkpoint.Reason);
    }

    [Fact]
    public void One_that_puts_less_at_risk_than_it_costs_is_not_acted_on() =>
        Assert.IsType<Hold>(Decide(Situations.At(3940, 3700, Situations.Expected(4000)), Situations.Told(1e7, 0.9, 0.1)));

    [Fact]
    public void No_move_is_wanted_where_no_spare_is_free_or_moves_are_off()
    {
        var (told, job) = (Situations.Told(1e6, 0.9, 0.95), Situations.At(3940, 0, Situations.Expected(4000)));
        Assert.IsType<Checkpoint>(Decide(job with { Target = null }, told));
        Assert.IsType<Checkpoint>(Decide(job with { CanMigrate = false }, told));
        Assert.IsType<Checkpoint>(Decide(job, told, Options with { Moves = false }));
        Assert.IsType<Checkpoint>(Decide(job with { LastMoveMs = 3_000_000 }, told));
    }

    [Fact]
    public void No_move_is_wanted_while_another_node_of_the_job_is_about_to_fail_too()
    {
        var (told, second) = (Situations.Told(1e6, 0.9, 0.95), new Tocsin.Shared.NodeKey("c", "n002"));
        Assert.IsType<Checkpoint>(Decide(Situations.At(3940, 0, Situations.Expected(4000), Situations.Expected(4030) with { Id = 2, Node = second }), told));
        Assert.IsType<Migrate>(Decide(Situations.At(3940, 0, Situations.Expected(4000), Situations.Expected(9000) with { Id = 2, Node = second }), told));
    }

    [Fact]
    public void A_checkpoint_that_cannot_end_before_an_exact_date_is_not_begun()
    {
        var hold = Assert.IsType<Hold>(Decide(Situations.At(3950, 0, Situations.Expected(4000)), Situations.Told(1e6, 0.9, 0.95)));
        Assert.Equal(HoldReason.TooLate, hold.Reason);
    }

    [Fact]
    public void The_first_of_two_dates_is_not_missed_for_the_second()
    {
        var told = Situations.Told(1e6, 0.9, 0.95);
        var job = Situations.At(3000, 0, Situations.Expected(4000), Situations.Expected(9000) with { Id = 2 });
        Assert.Equal(3_940_000, Assert.IsType<Hold>(Decide(job, told)).LookAgainMs);
    }

    [Fact]
    public void A_checkpoint_that_is_nearly_due_waits_for_the_one_that_a_prediction_asks_for()
    {
        var told = Situations.Told(100_000, 0, 0.95);
        var due = BestPeriod.Exact(60, 100_000);
        Assert.Equal((long)((due + 140) * 1000), Assert.IsType<Hold>(Decide(Situations.At(due - 10, 0, Situations.Expected(due + 200)), told)).LookAgainMs, 2.0);
        Assert.IsType<Checkpoint>(Decide(Situations.At(due + 1, 0, Situations.Expected(due + 90_000)), told));
    }

    [Fact]
    public void Within_a_window_it_checkpoints_again_by_the_windows_own_risk()
    {
        var told = Situations.Told(1e7, 0.9, 0.5);
        var hold = Assert.IsType<Hold>(Decide(Situations.At(4000, 3999, Situations.Expected(4000, 7600)) with { Target = null }, told));
        Assert.Equal(BestPeriod.Young(60, 1 / (0.5 / 3600)), (hold.LookAgainMs - 3_999_000) / 1000.0, 5.0);
    }

    [Fact]
    public void The_budget_is_never_exceeded_even_by_the_longest_checkpoint()
    {
        var told = Situations.Told(300);
        var hold = Assert.IsType<Hold>(Decide(Situations.At(400), told, new AdaptiveOptions(Budget: 0.1)));
        Assert.Equal(HoldReason.Budget, hold.Reason);
        // 90 s at worst are a tenth of 900 s, of which the job has run 810 when it begins.
        Assert.Equal(810_000, hold.LookAgainMs);
        Assert.IsType<Checkpoint>(Decide(Situations.At(810), told, new AdaptiveOptions(Budget: 0.1)));
    }

    [Fact]
    public void After_an_action_it_cools_down()
    {
        var hold = Assert.IsType<Hold>(Decide(Situations.At(810, 300) with { LastActionMs = 800_000 }, Situations.Told(300)));
        Assert.Equal((HoldReason.CoolDown, 860_000), (hold.Reason, hold.LookAgainMs));
    }

    [Fact]
    public void What_is_done_when_the_job_ends_is_saved_less_often() =>
        Assert.True(BestPeriod.Finite(1200, 1e-8, 1e-5) > 1.2 * BestPeriod.Young(1200, 1e8));

    [Fact]
    public void With_jobs_that_never_end_it_is_Dalys_period() =>
        Assert.Equal(BestPeriod.Exact(300, 36_000), BestPeriod.Finite(300, 1 / 36_000.0, 1e-12), 1.0);
}
