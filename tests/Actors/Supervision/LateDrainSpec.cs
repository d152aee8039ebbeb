using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.States;
using Tocsin.Shared.Wire;

namespace Tocsin.ActorTests.Supervision;

/// <summary>A drain that a look did not find and that Slurm did all the same, later: the node is not forgotten.</summary>
public sealed class LateDrainSpec
{
    private const long Start = Site.Start;

    [Theory]
    [InlineData("interrupted; Slurm shows no effect", "tocsin:5", "root", 2_000, true)]
    [InlineData("closed by ada (it stays out); was: nobody knows", "tocsin:5", "root", 2_000, false)]
    [InlineData("interrupted; Slurm shows no effect", "tocsin:05", "root", 2_000, false)]
    [InlineData("interrupted; Slurm shows no effect", "tocsin:5", "ada", 2_000, false)]
    [InlineData("interrupted; Slurm shows no effect", "tocsin:5", "root", -60_000, false)]
    [InlineData("interrupted; Slurm shows no effect", "tocsin:6", "root", 2_000, false)]
    public void It_is_ours_where_reason_user_and_time_are_and_no_human_closed_it(string why, string reason, string user, long afterMs, bool ours)
    {
        var drain = new ActionRow(new ActionRecord(new ActionId(5), ActionKind.Drain, Site.Node, null, "main", Start, "", false, new Failed(Start + 1000, why)));
        var site = new Site(("action/5", WireBytes.Of(drain)), ("node/n001", WireBytes.Of(new NodeRow(Site.Node, NodeHealth.Healthy, Start) { Partition = "main" })));
        site.Drained(reason, user, Start + afterMs, Start + 60_000);
        site.Turn(Start + 60_000);
        Assert.Equal(ours ? 5L : null, site.View.Nodes["n001"].OutBy);
        Assert.Equal(ours, site.View.Actions[5].Happened);
        Assert.Equal(ours ? new DrainMark(new ActionId(5), Start + afterMs) : null, site.View.Actions[5].Mark);
    }
}
