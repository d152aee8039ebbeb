using Tocsin.Actors.Alerts.Rules;
using Tocsin.Actors.Faults.Labels;
using Tocsin.Inference.Faults;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Faults.Live;

public sealed class LabelSpec
{
    [Theory]
    [InlineData("uncorrectable ECC error DIMM_A1", FaultClass.Ram)]
    [InlineData("Low RealMemory (reported:191000 < 100.00% of configured:192000)", FaultClass.Ram)]
    [InlineData("nvme0n1: I/O error", FaultClass.Disk)]
    [InlineData("/tmp full", FaultClass.Disk)]
    [InlineData("IB link down on mlx5_0", FaultClass.Network)]
    [InlineData("memory registration failed on the NIC", FaultClass.Network)]
    [InlineData("MCE on socket 1", FaultClass.Cpu)]
    [InlineData("CPU overheating", FaultClass.Cpu)]
    [InlineData("XID 79: GPU has fallen off the bus", null)]
    [InlineData("Not responding", null)]
    [InlineData("Kill task failed", null)]
    [InlineData("", null)]
    [InlineData("scheduled maintenance: memory upgrade", FaultClass.None)]
    public void A_drain_reason_names_a_class_or_none(string reason, FaultClass? expected) => Assert.Equal(expected, LabelWords.OfReason(reason));

    [Fact]
    public void A_hostile_reason_is_read_in_time()
    {
        var reason = string.Concat(Enumerable.Repeat("read only full ", 20));
        Assert.Equal(FaultClass.Disk, LabelWords.OfReason(reason[..256]));
        Assert.Null(LabelWords.OfReason(new string('a', 256)));
    }

    [Fact]
    public void Every_rule_that_comes_with_Tocsin_has_a_class_or_is_known_to_have_none()
    {
        var rules = RuleFile.Load(null, "", null).Rules;
        string[] none = [.. rules.Where(r => LabelWords.OfRule(r.Name, r.Kind) is null).Select(r => r.Name)];
        Assert.All(none, name => Assert.True(name.StartsWith("gpu-", StringComparison.Ordinal) || name == "oom-kill", name));
    }

    [Fact]
    public void A_node_that_goes_down_and_comes_back_is_one_record_with_an_end()
    {
        var watch = new SchedulerWatch();
        var book = new LabelBook();
        Assert.Empty(watch.See(State(1000, NodeConditions.None, "")));
        var begun = Assert.Single(watch.See(State(2000, NodeConditions.Drained, "ECC errors")));
        Assert.Equal((FaultClass.Ram, 2000L, null, "slurm"), (begun.Fault, begun.FromMs, begun.UntilMs, begun.Who));
        Assert.Empty(watch.See(State(3000, NodeConditions.Drained, "ECC errors")));
        var ended = Assert.Single(watch.See(State(4000, NodeConditions.None, "")));
        Assert.Equal((begun.Key, 4000L), (ended.Key, ended.UntilMs));
        Assert.NotNull(book.Take(begun));
        Assert.NotNull(book.Take(ended));
        Assert.Null(book.Take(ended));
        Assert.Equal(1, book.Count);
        Assert.Equal(FaultClass.Ram, book.Of(State(0, 0, "").Node, 3900, 4100, out _));
        Assert.Null(book.Of(State(0, 0, "").Node, 4000, 5000, out var spoken));
        Assert.False(spoken);
    }

    [Fact]
    public void Planned_work_is_no_fault_and_no_record()
    {
        var watch = new SchedulerWatch();
        Assert.Empty(watch.See(State(2000, NodeConditions.Drained, "reboot for kernel update")));
    }

    [Fact]
    public void A_node_that_was_broken_at_the_last_end_ends_its_record_after_the_next_start()
    {
        var before = Assert.Single(new SchedulerWatch().See(State(2000, NodeConditions.Down, "IB cable")));
        var watch = new SchedulerWatch();
        watch.Load([before]);
        Assert.Empty(watch.See(State(3000, NodeConditions.Down, "IB cable")));
        Assert.Equal(before.Key, Assert.Single(watch.See(State(4000, NodeConditions.None, ""))).Key);
    }

    [Fact]
    public void A_person_outranks_a_rule_and_a_rule_the_scheduler()
    {
        var book = new LabelBook();
        book.Take(Record("slurm", LabelOrigin.Scheduler, null));
        Assert.Null(book.Of(new NodeKey("c", "a"), 0, 10, out var spoken));
        Assert.True(spoken);
        book.Take(Record("rule", LabelOrigin.Rule, FaultClass.Network));
        Assert.Equal(FaultClass.Network, book.Of(new NodeKey("c", "a"), 0, 10, out _));
        book.Take(Record("operator", LabelOrigin.Operator, FaultClass.None));
        Assert.Equal(FaultClass.None, book.Of(new NodeKey("c", "a"), 0, 10, out _));
        book.Take(Record("operator", LabelOrigin.Operator, FaultClass.None) with { Undone = true });
        Assert.Equal(FaultClass.Network, book.Of(new NodeKey("c", "a"), 0, 10, out _));
    }

    [Fact]
    public void Healthy_by_the_scheduler_does_not_hide_a_fault_of_no_class_by_a_rule()
    {
        var book = new LabelBook();
        book.Take(Record("gpu", LabelOrigin.Rule, null));
        book.Take(Record("slurm", LabelOrigin.Scheduler, FaultClass.None));
        Assert.Null(book.Of(new NodeKey("c", "a"), 0, 10, out var spoken));
        Assert.True(spoken);
    }

    private static LabelRecord Record(string key, LabelOrigin origin, FaultClass? fault) => new(key, "c", "a", origin, fault, 0, null, 0, "who", "words");

    private static NodeState State(long atMs, NodeConditions conditions, string reason) =>
        new() { Node = new NodeKey("c", "a"), AsOfMs = atMs, Conditions = conditions, Words = "X", Reason = reason };
}
