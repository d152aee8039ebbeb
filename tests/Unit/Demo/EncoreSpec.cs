using Tocsin.Daemon.Demo;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Demo;

public sealed class EncoreSpec
{
    private const long Begin = 1_000_250;

    private static readonly JobRun[] Runs = [new("1", "melt", null, 10_000, 60_000, []), new("2", "sort", null, 80_000, 140_000, [])];
    private static readonly FaultEvent[] Faults = [new("leak", "melt", 30_000, 40_000, [])];
    private static readonly Stage Played = Stage.Of(
        [new Track(["a"], Stage.Lay(5_000, (0, 200_000))), new Track(["b"], Stage.Lay(5_000, (100_000, 200_000), (0, 100_000))), new Track(["c", "d"], Stage.Lay(5_000, (0, 200_000)))], Runs, Faults);

    [Fact]
    public void The_run_of_the_alert_is_played_again_on_its_nodes_and_on_one_beside()
    {
        // On b, recorded second 35 is played 100 s and a gap after the begin.
        var encore = Encore.Of(Played, Alert("b", 105_000 + 35_000), Begin, Runs, Faults)!;
        Assert.Equal(["b"], encore.Spoken);
        Assert.Equal(["a"], encore.Beside);
        Assert.All(encore.Stage.Tracks, t => Assert.Equal(new Clip(6_000, 80_000, 0), Assert.Single(t.Clips)));
        Assert.Equal([("melt", "b"), ("melt", "a")], encore.Stage.Jobs.Select(j => (j.JobName, j.Nodes[0])));
        // The frames are cut where they were cut before: the lead of four seconds began at 111.0 s of the stage.
        Assert.Equal((Begin + 105_000 + 6_000) % 1_000, encore.PhaseMs);
        Assert.Equal(["b", "a"], encore.Stage.Faults.Select(f => f.Nodes[0]));
        // They are other jobs than those that were played before.
        Assert.Empty(encore.Stage.Jobs.Select(j => j.JobId).Intersect(Played.Jobs.Select(j => j.JobId)));
    }

    [Fact]
    public void Nodes_that_run_together_run_it_together_again()
    {
        var encore = Encore.Of(Played, Alert("d", 100_000), Begin, Runs, Faults)!;
        Assert.Equal(["c", "d"], encore.Spoken);
        Assert.Equal(["a"], encore.Beside);
    }

    [Fact]
    public void Around_an_alert_of_an_idle_node_some_of_its_idleness_is_played_and_no_more_than_was_recorded()
    {
        Assert.Equal(new Clip(30_000, 90_000, 0), Assert.Single(Encore.Of(Played, Alert("a", 70_000), Begin, Runs, Faults)!.Stage.Tracks[0].Clips));
        Assert.Equal(new Clip(155_000, 200_000, 0), Assert.Single(Encore.Of(Played, Alert("a", 195_000), Begin, Runs, Faults)!.Stage.Tracks[0].Clips));
    }

    [Theory]
    [InlineData("z", 70_000)]
    [InlineData("a", 900_000)]
    [InlineData("b", 102_000)]
    public void What_was_not_on_the_stage_is_not_played_again(string node, long at) => Assert.Null(Encore.Of(Played, Alert(node, at), Begin, Runs, Faults));

    private static ShownAlert Alert(string node, long at) => new("x-1", "unknown", "cpu", Begin + at, Begin + at + 3_000, null, [node], null, "", "", false);
}
