using Tocsin.Actors.Simulation.Acting;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Supervision;

/// <summary>Where a job goes whose node n1 is expected to fail: by each thing that targets are ranked by.</summary>
public sealed class LiveTargetsSpec
{
    private readonly ActingRig _rig = new();

    private SimulatedSlurm.Node Node(int number) => _rig.Slurm.Nodes[$"n{number}"];

    private IReadOnlyList<string> Moves(params string[] ill)
    {
        _rig.World.RunTo(100);
        for (var i = 0; i < ill.Length; i++)
            _rig.Alert(AlertCause.Node, number: i + 1, node: ill[i]);
        _rig.World.RunTo(112);
        return [.. _rig.View.Decisions.Values.Where(d => d.Sentence.StartsWith("checkpoint and go on without", StringComparison.Ordinal)).Select(d => d.Sentence)];
    }

    [Fact]
    public void Without_a_difference_it_is_the_first_free_node_by_name() => Assert.Contains("with n2 (free, healthy)", Assert.Single(Moves("n1")), StringComparison.Ordinal);

    [Fact]
    public void A_node_with_too_few_cores_or_too_little_memory_is_no_target()
    {
        (Node(2).Cores, Node(3).MemoryMb, Node(4).TakenCores) = (2, 4000, 1);
        Assert.Contains("with n5 (free, healthy)", Assert.Single(Moves("n1")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_partly_used_node_that_fits_is_a_target_where_no_other_is()
    {
        for (var i = 2; i <= 8; i++)
            Node(i).TakenCores = i == 6 ? 2 : 3;
        (_rig.Slurm.Jobs["11"].Cores, _rig.Slurm.Jobs["11"].MemoryMb) = (2, 1000);
        Assert.Contains("with n6 (room beside other jobs, healthy)", Assert.Single(Moves("n1")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_behind_the_switch_of_the_jobs_other_nodes_comes_first()
    {
        for (var i = 1; i <= 8; i++)
            Node(i).Switch = i is 1 or 2 or 7 ? "leaf1" : "leaf2";
        _rig.Slurm.Jobs["11"].Node = "n1,n2";
        Assert.Contains("with n7 (same switch, free, healthy)", Assert.Single(Moves("n1")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_above_its_threshold_comes_after_those_that_are_not()
    {
        _rig.Life.Ratios["n2"] = 1.2;
        Assert.Contains("with n3 (free, healthy)", Assert.Single(Moves("n1")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_suspect_is_no_target() => Assert.Contains("with n4 (", Assert.Single(Moves("n1", "n2", "n3")), StringComparison.Ordinal);

    [Fact]
    public void Of_two_jobs_at_once_the_one_that_loses_more_chooses_first_and_no_node_is_planned_twice()
    {
        _rig.Slurm.Jobs["12"] = new SimulatedSlurm.Job("12", 1000, "n2,n3", _rig.World.NowMs / 1000);
        var moves = Moves("n1", "n2");
        Assert.Collection(
            moves,
            m => Assert.Contains("without n2, with n4 (", m, StringComparison.Ordinal),
            m => Assert.Contains("without n1, with n5 (", m, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_one_node_is_left_the_job_that_loses_less_does_not_plan_it()
    {
        _rig.Slurm.Jobs["12"] = new SimulatedSlurm.Job("12", 1000, "n2,n3", _rig.World.NowMs / 1000);
        for (var i = 4; i <= 7; i++)
            Node(i).State = "DOWN";
        Assert.Contains("without n2, with n8 (", Assert.Single(Moves("n1", "n2")), StringComparison.Ordinal);
    }
}
