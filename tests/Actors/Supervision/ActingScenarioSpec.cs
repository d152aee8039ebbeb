using Tocsin.Actors.Simulation.Acting;
using Tocsin.Actors.Supervision;

namespace Tocsin.ActorTests.Supervision;

/// <summary>The product's own supervisor on a simulated Slurm: killed at each step, stopped, taken for dead, with other hands on the same nodes. <c>tocsin bench actions</c> runs many more.</summary>
public sealed class ActingScenarioSpec
{
    [Fact]
    public void Undisturbed_the_job_writes_its_node_is_drained_the_job_goes_on_elsewhere_and_the_node_comes_back()
    {
        var scenario = new ActingScenario(1, crashPoint: -1, hostile: false);
        var outcome = scenario.Run();
        Assert.Null(outcome.Failure);
        Assert.Equal(["signal", "drain", "requeue", "resume"], scenario.Slurm.Effects.Select(e => e.What));
        Assert.NotEqual("n1", scenario.Slurm.Jobs["11"].Node);
        Assert.Equal((false, ""), (scenario.Slurm.Nodes["n1"].Drained, scenario.Slurm.Nodes["n1"].Reason));
    }

    [Fact]
    public void Undisturbed_a_site_that_fences_moves_the_job_and_takes_the_fence_back()
    {
        var scenario = new ActingScenario(1, crashPoint: -1, hostile: false, FenceChoice.Reservation);
        var outcome = scenario.Run();
        Assert.Null(outcome.Failure);
        Assert.Equal(["signal", "fence", "requeue", "unfence"], scenario.Slurm.Effects.Select(e => e.What));
        Assert.NotEqual("n1", scenario.Slurm.Jobs["11"].Node);
        Assert.Null(scenario.Slurm.Nodes["n1"].Reservation);
    }

    [Theory]
    [InlineData(FenceChoice.Drain)]
    [InlineData(FenceChoice.Reservation)]
    public void Killed_at_each_point_of_its_writes_nothing_is_done_twice_and_each_action_ends_as_what_it_was(FenceChoice fence)
    {
        var whole = new ActingScenario(1, crashPoint: -1, hostile: false, fence);
        whole.Run();
        Assert.InRange(whole.Points.Count, 40, 400);
        foreach (var point in whole.Points)
        {
            var outcome = new ActingScenario(1, point, hostile: false, fence).Run();
            Assert.True(outcome is { Failure: null, Lives: 2 }, $"killed at point {point}: {outcome}");
        }
    }

    [Theory]
    [InlineData(FenceChoice.Drain)]
    [InlineData(FenceChoice.Reservation)]
    public void Whatever_is_done_to_it_no_action_has_two_effects_and_no_drain_of_others_is_taken_back(FenceChoice fence)
    {
        var (moved, lives) = (0, 0);
        for (ulong seed = 1; seed <= 40; seed++)
        {
            var outcome = new ActingScenario(seed, fence: fence).Run();
            Assert.True(outcome.Failure is null, $"seed {seed}: {outcome.Failure}");
            (moved, lives) = (moved + (outcome.Moved ? 1 : 0), lives + outcome.Lives);
        }
        // A scenario in which nothing happens would find nothing.
        Assert.InRange(moved, 5, 40);
        Assert.True(lives > 80, $"{lives} lives");
    }
}
