using Tocsin.Actors.Simulation.Acting;
using Tocsin.Actors.Supervision;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Supervision;

/// <summary>How many free nodes are wanted, and how many are free.</summary>
public sealed class SparesSpec
{
    [Fact]
    public void Free_are_the_idle_nodes_that_nothing_speaks_against()
    {
        var rig = new ActingRig();
        rig.World.RunTo(60);
        Assert.Equal(new PartitionSpares("main", 8, 1, 7), Assert.Single(rig.View.Spares));
        rig.Slurm.Nodes["n8"].State = "DOWN";
        rig.Slurm.Nodes["n7"].TakenCores = 1;
        rig.Life.Ratios["n6"] = 2;
        rig.Alert(AlertCause.Node, node: "n5");
        rig.World.RunTo(120);
        Assert.Equal(3, Assert.Single(rig.View.Spares).Free);
        // Job 11 is to go on without n1: n2 is kept for it.
        rig.Alert(AlertCause.Node, number: 2, node: "n1");
        rig.World.RunTo(132);
        Assert.Equal(2, Assert.Single(rig.View.Spares).Free);
    }

    [Fact]
    public void More_are_wanted_where_nodes_fail_more_often_or_stay_away_longer_and_never_more_than_there_are()
    {
        int Wanted(double mtbfS, double outS, double chance)
        {
            var rig = new ActingRig(ActingScenario.Options with { Priors = ActingScenario.Options.Priors with { NodeMtbfS = mtbfS, OutS = outS }, SpareChance = chance });
            rig.World.RunTo(60);
            return Assert.Single(rig.View.Spares).Wanted;
        }

        // 8 nodes, half a node out on average: P(0) = 0.61, P(0..1) = 0.91, P(0..2) = 0.986.
        Assert.Equal(3, Wanted(16 * 7200, 7200, 0.95));
        Assert.Equal(2, Wanted(16 * 7200, 7200, 0.9));
        Assert.Equal(1, Wanted(16 * 7200, 600, 0.9));
        Assert.Equal(8, Wanted(7200, 7200, 0.9999));
    }

    [Fact]
    public void Down_for_longer_than_believed_wants_more()
    {
        var rig = new ActingRig(ActingScenario.Options with { Priors = ActingScenario.Options.Priors with { NodeMtbfS = 40_000, OutS = 60 } });
        rig.World.RunTo(60);
        Assert.Equal(1, Assert.Single(rig.View.Spares).Wanted);
        rig.Slurm.Nodes["n8"].State = "DOWN";
        rig.World.RunTo(8000);
        var (down, spares) = (rig.View.Failures[0], Assert.Single(rig.View.Spares));
        Assert.Null(down.UpMs);
        Assert.True(spares.Wanted > 2, $"{spares.Wanted} are wanted after an outage of 7,900 s");
    }

    [Fact]
    public void Too_few_is_said_when_it_becomes_so_and_not_each_round()
    {
        var site = new Site();
        for (var at = Site.Start; at < Site.Start + 7_200_000; at += 60_000)
        {
            site.Empty(at < Site.Start + 300_000 || at > Site.Start + 5_000_000 ? "IDLE" : "ALLOCATED", at);
            site.Turn(at);
        }
        Assert.Equal(
            ["partition main: 0 healthy nodes are free, 1 spares are wanted so that a failed one finds one with 95 %", "partition main: 1 healthy nodes are free, 1 spares are wanted so that a failed one finds one with 95 %: enough again"],
            site.Said.Where(s => s.Contains("spares", StringComparison.Ordinal)));
    }
}
