using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest.Slurm;

/// <summary>Forgotten after an hour, asked once a minute.</summary>
public sealed class NodeDeparturesSpec
{
    private const long Start = 1_770_000_000_000, Minute = 60_000;

    private static readonly NodeKey Left = new("hpc", "cn2");

    private readonly NodeDepartures _departures = new("hpc", TimeSpan.FromHours(1), TimeSpan.FromMinutes(3));

    [Fact]
    public void What_left_while_nobody_looked_is_absent_at_the_first_answer_and_gone_after_an_hour_of_them()
    {
        var said = Minutes(150, _ => View("IDLE", Start - Minute));
        Assert.Equal([(0, false), (60, true), (120, true)], said);
    }

    [Fact]
    public void What_the_difference_tells_already_is_not_told_twice()
    {
        var state = Named(Left) with { Conditions = NodeConditions.Absent };
        Assert.Empty(_departures.Look([Named(new NodeKey("hpc", "cn1"))], [state], [View("IDLE", Start)], Start));
    }

    [Fact]
    public void What_still_sends_stays_until_it_has_been_silent_for_an_hour()
    {
        var said = Minutes(120, t => View("", Start + (Math.Min(t, 30) * Minute)));
        Assert.Equal([(91, true)], said);
    }

    [Fact]
    public void What_is_named_again_begins_anew()
    {
        var said = Minutes(130, _ => View("", Start - Minute), named: t => t == 50);
        Assert.Equal([(111, true)], said);
    }

    [Fact]
    public void Time_without_answers_does_not_count()
    {
        Assert.Empty(_departures.Look([], [], [View("", 0)], Start));
        Assert.Empty(_departures.Look([], [], [View("", 0)], Start + (600 * Minute)));
    }

    [Theory]
    [InlineData("other", "IDLE", 0)]
    [InlineData("hpc", null, Start)]
    public void Nodes_of_another_cluster_and_what_the_scheduler_never_named_are_none_of_its_business(string cluster, string? words, long frameMs)
    {
        var view = View(words, frameMs) with { Node = new NodeKey(cluster, "cn2") };
        Assert.Empty(Minutes(200, _ => view));
    }

    [Fact]
    public void A_name_that_only_a_job_brought_goes_as_well() => Assert.Equal([(60, true)], Minutes(100, _ => View(null, 0)));

    private static NodeState Named(NodeKey node) => new() { Node = node, AsOfMs = Start, Conditions = NodeConditions.None, Words = "IDLE" };

    private static NodeView View(string? words, long frameMs) => new() { Node = Left, Condition = NodeCondition.Unknown, SchedulerState = words, FrameMs = frameMs };

    private List<(int Minute, bool Gone)> Minutes(int minutes, Func<int, NodeView> view, Func<int, bool>? named = null)
    {
        var said = new List<(int, bool)>();
        for (var t = 0; t <= minutes; t++)
        {
            var now = Start + (t * Minute);
            NodeState[] answer = named?.Invoke(t) == true ? [Named(new NodeKey("hpc", "cn1")), Named(Left)] : [Named(new NodeKey("hpc", "cn1"))];
            foreach (var state in _departures.Look(answer, [], [view(t)], now))
            {
                Assert.Equal((NodeConditions.Absent, now), (state.Conditions, state.AsOfMs));
                Assert.True(state.GoneSinceMs is null || state.GoneSinceMs == now - (60 * Minute));
                said.Add((t, state.GoneSinceMs is not null));
            }
        }
        return said;
    }
}
