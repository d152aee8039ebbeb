using Tocsin.Daemon.Demo;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Demo;

public sealed class StageSpec
{
    private static readonly JobRun[] Runs = [Run("1", "melt", 1000, 3000), Run("2", "sort", 3500, 6000)];
    private static readonly FaultEvent[] Faults = [Fault("leak", 2000, 2500), Fault("storm", 3200, 3800)];

    [Fact]
    public void Clips_are_laid_one_after_another_with_a_gap_and_runs_and_faults_come_along()
    {
        var clips = Stage.Lay(100, (3000, 6000), (1000, 3000));
        Assert.Equal([new Clip(3000, 6000, 0), new Clip(1000, 3000, 3100)], clips);
        var stage = Stage.Of([new Track(["a"], clips)], Runs, Faults);
        Assert.Equal(5100, stage.LengthMs);
        Assert.Equal([("sort", 500L, 3000L), ("melt", 3100L, 5100L)], stage.Jobs.Select(j => (j.JobName, j.StartMs, j.EndMs)));
        Assert.Equal([("storm", 200L, 800L, (string?)null), ("leak", 4100L, 4600L, "melt")], stage.Faults.Select(f => (f.Kind, f.StartMs, f.EndMs, f.Job?.JobName)));
    }

    [Fact]
    public void Nodes_of_one_track_run_one_job_together_and_ids_rise_with_starts()
    {
        var stage = Stage.Of([new Track(["a"], Stage.Lay(0, (1000, 6000))), new Track(["b", "c"], Stage.Lay(0, (3400, 6000)))], Runs, Faults);
        Assert.Equal([("5001", "a"), ("5002", "b,c"), ("5003", "a")], stage.Jobs.Select(j => (j.JobId, string.Join(',', j.Nodes))));
        Assert.Equal(["a", "b", "c"], stage.Nodes);
    }

    [Fact]
    public void What_a_clip_cuts_off_is_not_played()
    {
        var stage = Stage.Of([new Track(["a"], Stage.Lay(0, (2200, 3600)))], Runs, Faults);
        Assert.Equal([(0L, 800L), (1300L, 1400L)], stage.Jobs.Select(j => (j.StartMs, j.EndMs)));
        Assert.Equal([(0L, 300L), (1000L, 1400L)], stage.Faults.Select(f => (f.StartMs, f.EndMs)));
    }

    [Fact]
    public void An_alert_belongs_to_the_fault_that_it_began_in_and_to_none_it_is_false()
    {
        var stage = Stage.Of([new Track(["a"], Stage.Lay(0, (1000, 60_000))), new Track(["b"], Stage.Lay(0, (30_000, 60_000)))], [], [Fault("leak", 11_000, 15_000), Fault("storm", 40_000, 50_000)]);
        const long begin = 1_000_000;
        ShownAlert[] alerts = [Alert("1", "a", 11_000, 12_000, 20_000), Alert("2", "a", 39_500, 41_000, null), Alert("3", "b", 26_000, 27_000, 28_000)];
        var reckoning = Reckoning.Of(stage, alerts, BusyRule.Of([], 3000), begin, stage.LengthMs);
        Assert.Equal([("leak", "a", (string?)"1"), ("storm", "a", "2"), ("storm", "b", null)], reckoning.Faults.OrderBy(f => f.Fault.Nodes[0], StringComparer.Ordinal).ThenBy(f => f.Fault.StartMs).Select(f => (f.Fault.Kind, f.Fault.Nodes[0], f.Alert?.Id)));
        Assert.Equal(2000, reckoning.Faults.Single(f => f.Alert?.Id == "1").DelayMs);
        Assert.Equal(["3"], reckoning.False.Select(a => a.Id));

        static ShownAlert Alert(string id, string node, long since, long raised, long? cleared) =>
            new(id, "unknown", "cpu", begin + since, begin + raised, begin + cleared, [node], null, "", "", false);
    }

    [Fact]
    public void A_fault_that_begins_while_an_alert_is_open_is_neither_found_nor_missed()
    {
        var stage = Stage.Of([new Track(["a"], Stage.Lay(0, (0, 60_000)))], [], [Fault("leak", 10_000, 12_000), Fault("storm", 20_000, 25_000)]);
        ShownAlert[] alerts = [new("1", "unknown", "cpu", 10_500, 11_000, 30_000, ["a"], null, "", "", false)];
        var reckoning = Reckoning.Of(stage, alerts, BusyRule.Of([], 3000), 0, stage.LengthMs);
        Assert.Equal([("leak", true, false), ("storm", false, true)], reckoning.Faults.Select(f => (f.Fault.Kind, f.Alert is not null, f.Under)));
    }

    private static JobRun Run(string id, string name, long from, long until) => new(id, name, null, from, until, []);

    private static FaultEvent Fault(string kind, long from, long until) => new(kind, "", from, until, []);
}
