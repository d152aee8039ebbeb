using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.CheckpointingTests.Actions;

public sealed class BrakesSpec
{
    private const long Now = 100_000_000_000;

    private static readonly BrakeState Free = new(
        Held: false, FreshNodes: 1000, LagMs: 0, StartedMs: Now - 3_600_000, LibraryMs: Now - 3_600_000, WatchedNodes: 1000, AnomalousNodes: 1, Past: [],
        OutNow: [], PartitionNodes: new Dictionary<string, int> { ["main"] = 100 }, Silenced: false);

    private static NodeKey N(int i) => new("c", $"n{i}");

    private static BrakeHold? Check(BrakeState state, ActionKind kind = ActionKind.Drain, string? job = "12") =>
        Brakes.Check(kind, ["long", "main"], job, state, new BrakeOptions(), Now);

    private static IReadOnlyList<PastAction> Past(int count, ActionKind kind, long agoMs) =>
        [.. Enumerable.Range(0, count).Select(i => new PastAction(kind, N(i), "main", "12", Now - agoMs))];

    private static IReadOnlyList<string> Partitions(params string[] names) => names;

    public static TheoryData<string> Everything => new(States.Keys);

    private static readonly Dictionary<string, BrakeState> States = new()
    {
        ["held by an operator"] = Free with { Held = true },
        ["anomalous within 10 min"] = Free with { AnomalousNodes = 21 },
        ["499 of 1000 watched nodes"] = Free with { FreshNodes = 499 },
        ["behind the log"] = Free with { LagMs = 60_001 },
        ["started less than 30 min"] = Free with { StartedMs = Now - 1_799_999 },
        ["new library"] = Free with { LibraryMs = Now - 1_799_999 },
        ["silenced"] = Free with { Silenced = true },
    };

    [Fact]
    public void Where_nothing_is_wrong_nothing_holds() => Assert.All(Enum.GetValues<ActionKind>(), kind => Assert.Null(Check(Free, kind)));

    [Theory]
    [MemberData(nameof(Everything))]
    public void What_holds_everything_holds_each_kind(string word) =>
        Assert.All(Enum.GetValues<ActionKind>(), kind => Assert.Contains(word, Check(States[word], kind)!.Why));

    [Fact]
    public void A_mass_anomaly_is_one_alert_of_the_site_and_two_percent_is_none_yet()
    {
        Assert.True(Check(Free with { AnomalousNodes = 21 })!.SiteAlert);
        Assert.Null(Check(Free with { AnomalousNodes = 20 }));
        // On a machine of ten nodes one of them is not a mass.
        Assert.Null(Check(Free with { WatchedNodes = 10, AnomalousNodes = 1 }));
        Assert.NotNull(Check(Free with { WatchedNodes = 10, AnomalousNodes = 2 }));
    }

    [Fact]
    public void So_many_nodes_go_out_in_an_hour_at_once_and_of_a_partition()
    {
        Assert.Null(Check(Free with { Past = Past(3, ActionKind.Drain, 1000) }));
        Assert.NotNull(Check(Free with { Past = Past(4, ActionKind.Drain, 1000) }));
        Assert.Null(Check(Free with { Past = Past(4, ActionKind.Drain, 3_600_001) }));
        Assert.NotNull(Check(Free with { OutNow = [.. Enumerable.Range(0, 8).Select(i => (N(i), Partitions("other")))] }));
        Assert.NotNull(Check(Free with { OutNow = [(N(2), Partitions("debug", "main"))], PartitionNodes = new Dictionary<string, int> { ["main"] = 10 } }));
        Assert.Null(Check(Free with { PartitionNodes = new Dictionary<string, int> { ["main"] = 3 } }));
    }

    [Fact]
    public void A_node_of_several_partitions_counts_in_each_of_them()
    {
        var state = Free with { PartitionNodes = new Dictionary<string, int> { ["long"] = 10, ["main"] = 100 } };
        Assert.Null(Check(state));
        Assert.Contains("long", Check(state with { OutNow = [(N(2), Partitions("debug", "long"))] })!.Why);
        Assert.Null(Check(state with { OutNow = [(N(2), Partitions("debug", "main"))] }));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(60_000, true)]
    [InlineData(60_001, false)]
    // Clocks that differ a little are clocks of now; one that jumped is none to go by.
    [InlineData(-5_000, true)]
    [InlineData(-60_001, false)]
    [InlineData(-7_200_000, false)]
    public void A_frame_is_fresh_near_now_on_either_side(long ageMs, bool fresh) => Assert.Equal(fresh, new BrakeOptions().IsFresh(Now - ageMs, Now));

    [Fact]
    public void Half_of_the_watched_nodes_with_fresh_input_are_enough_and_no_node_at_all_is_not()
    {
        Assert.Null(Check(Free with { FreshNodes = 500 }));
        Assert.NotNull(Check(Free with { FreshNodes = 0, WatchedNodes = 0, AnomalousNodes = 0 }));
    }

    [Fact]
    public void A_job_is_signalled_and_requeued_only_so_often()
    {
        Assert.NotNull(Check(Free with { Past = Past(4, ActionKind.Signal, 1000) }, ActionKind.Signal));
        Assert.Null(Check(Free with { Past = Past(4, ActionKind.Signal, 1000) }, ActionKind.Signal, "13"));
        Assert.NotNull(Check(Free with { Past = Past(2, ActionKind.Requeue, 80_000_000) }, ActionKind.Requeue));
    }

    [Fact]
    public void A_clock_that_was_set_back_holds_rather_than_frees() =>
        Assert.NotNull(Check(Free with { StartedMs = Now + 3_600_000 }));

    [Theory]
    [InlineData(AlertCause.Node, true, true, false)]
    [InlineData(AlertCause.Job, false, true, false)]
    [InlineData(AlertCause.Shared, false, false, true)]
    [InlineData(AlertCause.Unknown, false, false, false)]
    public void Only_what_is_the_nodes_fault_moves_a_job(AlertCause cause, bool move, bool checkpoint, bool site) =>
        Assert.Equal(new Blame(move, checkpoint, site), Blame.Of(cause));

    [Fact]
    public void A_veto_is_against_what_it_names_for_as_long_as_it_says()
    {
        var action = Acting.Action(ActionKind.Drain);
        Assert.True(new Veto(null, null, null, "ann", "", Now, null).Beats(action, Now));
        Assert.True(new Veto(null, Acting.Node, null, "ann", "", Now, Now + 1).Beats(action, Now));
        Assert.False(new Veto(null, Acting.Node, null, "ann", "", Now, Now + 1).Beats(action, Now + 1));
        Assert.False(new Veto(null, N(5), null, "ann", "", Now, null).Beats(action, Now));
        Assert.False(new Veto(new ActionId(9), null, null, "ann", "", Now, null).Beats(action, Now));
        Assert.True(new Veto(null, null, "12", "ann", "", Now, null).Beats(action, Now));
    }
}
