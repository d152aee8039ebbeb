using Tocsin.Actors.Simulation.Acting;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Supervision;

/// <summary>What a node's own health check is told: only of the node's own fault, and only where a drain of it would be allowed.</summary>
public sealed class CheckedNodeSpec
{
    private const string ByCheck = "NHC: check_tocsin: alert sim-1 memory";

    /// <summary>A suspect is told of from the alert on; what drains it must be nearly sure.</summary>
    private static readonly SupervisorOptions Options = ActingScenario.Options with { DrainAt = 0.95 };

    [Fact]
    public void A_suspect_that_Tocsin_does_not_drain_is_told_as_long_as_its_alert_is_open()
    {
        var rig = Suspect();
        Assert.Equal(new NodeWord(new NodeKey("sim", "n3"), SimulatedSlurm.Partition, new AlertId("sim", 1), FaultKind.Memory), Word(rig));
        Assert.Empty(rig.Effects);
        rig.Slurm.Drain("n3", ByCheck, "root");
        rig.World.RunTo(200);
        Assert.NotNull(Word(rig));
        rig.Alert(AlertCause.Node, open: false, node: "n3");
        rig.World.RunTo(260);
        Assert.Null(Word(rig));
    }

    [Fact]
    public void A_node_that_Tocsin_has_in_its_own_hands_is_left_to_it()
    {
        var rig = new ActingRig();
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node);
        for (var at = 101; at < 300; at++)
        {
            rig.World.RunTo(at);
            Assert.Null(Word(rig, "n1"));
        }
        Assert.Contains("drain", rig.Effects);
    }

    [Theory]
    [InlineData(AlertCause.Job, FindingSource.Model, Severity.Critical)]
    [InlineData(AlertCause.Shared, FindingSource.Model, Severity.Critical)]
    [InlineData(AlertCause.Unknown, FindingSource.Model, Severity.Critical)]
    [InlineData(AlertCause.Node, FindingSource.Silence, Severity.Warning)]
    [InlineData(AlertCause.Node, FindingSource.Model, Severity.Info)]
    public void What_is_not_surely_the_nodes_own_fault_is_not_told(AlertCause cause, FindingSource source, Severity severity)
    {
        var rig = new ActingRig();
        rig.World.RunTo(100);
        rig.Alert(cause, source: source, severity: severity);
        rig.World.RunTo(140);
        Assert.Empty(rig.View.Told);
    }

    [Fact]
    public void A_dry_run_an_operator_to_be_asked_each_brake_a_veto_and_a_hold_make_it_silent()
    {
        Assert.Null(Word(Suspect(Options with { Enabled = new HashSet<string>() })));
        Assert.Null(Word(Suspect(Options with { AsksOperator = true })));
        Assert.Null(Word(Suspect(Options with { Brakes = Options.Brakes with { OutAtOnce = 0 } })));
        foreach (var stop in (Action<ActingRig>[])[
            r => r.Life.Anomalous = 5, r => r.Life.Stale = true, r => r.Life.Silent = true, r => r.Away = true, r => r.Slurm.Nodes["n3"].State = "MAINT", r => r.Slurm.Drain("n3", "swap DIMM", "ada"),
            r => r.Say(new OperatorSaid(OperatorWord.Hold, null, null, null, "ada", "", null)), r => r.Say(new OperatorSaid(OperatorWord.Veto, null, new NodeKey("sim", "n3"), null, "ada", "", null))])
        {
            var rig = Suspect();
            Assert.NotNull(Word(rig));
            stop(rig);
            rig.World.RunTo(260);
            Assert.Null(Word(rig));
        }
    }

    [Fact]
    public void What_was_decided_long_ago_is_not_told()
    {
        var rig = Suspect();
        Assert.NotNull(rig.View.WordOn("n3", rig.World.NowMs, 30_000));
        Assert.Null(rig.View.WordOn("n3", rig.World.NowMs + 60_000, 30_000));
        Assert.Null(rig.View.WordOn("n3", rig.World.NowMs - 60_000, 30_000));
        Assert.Null(rig.View.WordOn("n9", rig.World.NowMs, 30_000));
    }

    [Fact]
    public void Nodes_that_are_out_by_their_check_leave_no_room_for_another()
    {
        // One node of eight at once, by the share of a partition.
        var rig = Suspect();
        rig.Alert(AlertCause.Node, number: 2, node: "n2", severity: Severity.Warning);
        rig.World.RunTo(140);
        Assert.Equal(["n3"], rig.View.Told.Keys);
        rig.Slurm.Drain("n2", ByCheck, "root");
        rig.World.RunTo(180);
        Assert.Equal(["n2"], rig.View.Told.Keys);
    }

    [Fact]
    public void As_many_are_told_as_may_be_taken_out_in_an_hour_and_the_same_ones_whether_they_are_out_or_not()
    {
        var rig = new ActingRig(Options with { Brakes = Options.Brakes with { PartitionShare = 1, OutInAnHour = 4 } });
        rig.World.RunTo(100);
        for (var n = 2; n <= 7; n++)
            rig.Alert(AlertCause.Node, number: n, node: $"n{n}", severity: Severity.Warning);
        foreach (var at in (double[])[130, 150, 170, 190, 230])
        {
            rig.World.RunTo(at);
            Assert.Equal(["n2", "n3", "n4", "n5"], rig.View.Told.Keys.Order());
            // One node's check after the other runs.
            if (at < 190)
                rig.Slurm.Drain($"n{(int)((at - 90) / 20)}", ByCheck, "root");
        }
    }

    [Fact]
    public void A_suspect_that_comes_later_takes_no_word_from_one_that_was_told()
    {
        var rig = Suspect();
        rig.Alert(AlertCause.Node, number: 2, node: "n2", severity: Severity.Warning);
        foreach (var at in (double[])[130, 140, 150])
        {
            rig.World.RunTo(at);
            Assert.Equal(["n3"], rig.View.Told.Keys);
        }
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void A_node_that_a_check_is_told_of_leaves_no_room_for_a_drain_of_Tocsins_own_where_checks_ask(bool asks, int drains)
    {
        var rig = Suspect();
        Assert.NotNull(Word(rig));
        if (asks)
            rig.Life.Board.CheckAsked(rig.World.NowMs);
        rig.Alert(AlertCause.Node, number: 2, node: "n1");
        rig.World.RunTo(200);
        Assert.Equal(drains, rig.Effects.Count(e => e == "drain"));
    }

    [Fact]
    public void A_node_that_is_out_by_its_check_leaves_no_room_for_a_drain_of_Tocsins_own()
    {
        var rig = new ActingRig();
        rig.Slurm.Drain("n3", ByCheck, "root");
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node, node: "n5");
        rig.World.RunTo(200);
        Assert.Empty(rig.Effects);
        Assert.Contains(rig.View.Decisions.Values, d => d.Node == "n5" && d.Sentence.Contains("1 nodes of partition main out", StringComparison.Ordinal));
    }

    /// <summary>n3 runs nothing, and what speaks against it is too little for a drain of Tocsin's own.</summary>
    private static ActingRig Suspect(SupervisorOptions? options = null)
    {
        var rig = new ActingRig(options ?? Options);
        rig.World.RunTo(100);
        rig.Alert(AlertCause.Node, node: "n3", severity: Severity.Warning);
        rig.World.RunTo(120);
        return rig;
    }

    private static NodeWord? Word(ActingRig rig, string node = "n3") => rig.View.WordOn(node, rig.World.NowMs, 3 * (long)Options.Every.TotalMilliseconds);
}
