using Tocsin.Actors.Faults;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Acting;
using Tocsin.Actors.Supervision.Deciding;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Policies;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.ActorTests.Supervision;

/// <summary>What the supervisor must not do, or must not learn, in situations that are rare.</summary>
public sealed class SupervisorGuardsSpec
{
    private const long Start = Site.Start;

    private static readonly JobIdentity Job = Site.Job;

    [Fact]
    public void A_veto_that_is_over_stops_nothing_any_more()
    {
        var site = new Site();
        site.Picture(Job, Start);
        site.Turn(Start);
        site.Say(new OperatorSaid(OperatorWord.Veto, null, null, Job.JobId, "ada", "for a second", Start + 1000), Start);
        site.Say(new JobSaid(JobWord.Ask, Job, 0, false, 0, null), Start + 2000);
        for (var at = Start + 2000; at < Start + 4000; at += 250)
            site.Turn(at);
        Assert.Equal([null], site.Stopped);
    }

    [Fact]
    public void A_veto_that_holds_when_the_command_is_about_to_begin_stops_it()
    {
        var site = new Site();
        site.Picture(Job, Start);
        site.Turn(Start);
        site.Say(new JobSaid(JobWord.Ask, Job, 0, false, 0, null), Start);
        site.Turn(Start + 250);
        site.Say(new OperatorSaid(OperatorWord.Veto, null, null, Job.JobId, "ada", "no", null), Start + 250);
        for (var at = Start + 500; at < Start + 4000; at += 250)
            site.Turn(at);
        Assert.Empty(site.Stopped);
        Assert.IsType<Refused>(site.Board.View!.Actions[1].Action.State);
    }

    [Fact]
    public void A_slurm_that_does_not_answer_is_asked_more_and_more_seldom_about_each_action()
    {
        var site = new Site { Away = true };
        site.Picture(Job, Start);
        site.Turn(Start);
        site.Say(new JobSaid(JobWord.Ask, Job, 0, false, 0, null), Start);
        for (var at = Start; at < Start + 300_000; at += 250)
        {
            site.Picture(Job, at);
            site.Turn(at);
        }
        Assert.InRange(site.Looks, 8, 13);
        site.Away = false;
        for (var at = Start + 300_000; at < Start + 380_000; at += 250)
        {
            site.Picture(Job, at);
            site.Turn(at);
        }
        Assert.Equal([null], site.Stopped);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(AlertCause.Node, true)]
    [InlineData(AlertCause.Job, false)]
    [InlineData(AlertCause.Shared, false)]
    public void What_the_fault_model_says_of_a_node_drains_it_only_where_no_alert_blames_somebody_else(AlertCause? cause, bool drains)
    {
        var known = new KnowledgeRow(new Priors());
        for (var i = 0; i < 20; i++)
            known.Learned.Failed(Site.Node, Start);
        known.Brier.Add(RiskInputs.Faults, 1, true);
        var site = new Site(("knowledge", known.Bytes())) { Outlook = new FaultOutlook(Site.Node, Start, long.MaxValue, 1, 0.9f, [0.1f, 0.9f], true, null) };
        if (cause is { } who)
            site.Say(Blaming(who), Start);
        site.Picture(Job, Start);
        site.Turn(Start);
        Assert.Equal(drains, site.Board.View!.Decisions.Values.Any(d => d.Kind == DecisionKind.Drain));
    }

    [Fact]
    public void An_alert_that_was_closed_while_nothing_was_decided_is_suspected_no_more()
    {
        var row = SuspicionRow.Of(Blaming(AlertCause.Node).Alert);
        var site = new Site(("alert/1", WireBytes.Of(row)), ("alert/2", WireBytes.Of(row with { Alert = new AlertId("c", 2) })));
        site.Say(new OpenAlerts([2]), Start);
        site.Turn(Start);
        Assert.Equal(["alert/1"], site.Removed);
    }

    [Fact]
    public void A_move_that_came_to_nothing_is_no_measure_of_what_moves_take()
    {
        var row = new JobRow(Job, "12", 1000, "main", 1, Start - 7_000_000, Start - 7_000_000, Start - 7_000_000) { LastMoveMs = Start - 6_000_000 };
        var site = new Site(("job/12", WireBytes.Of(row)));
        site.Picture(Job with { Restarts = 1 }, Start);
        site.Turn(Start);
        var known = new KnowledgeRow(new Priors());
        site.Picture(Job with { Restarts = 1 }, Start + 60_000);
        site.Turn(Start + 60_000);
        Assert.True(known.TryRead(site.Stored["knowledge"], out var why), why);
        var job = new JobSituation { Job = Job, NowMs = Start, Nodes = 1, RunningSinceMs = Start, SavedMs = Start, CanCheckpoint = true };
        Assert.Equal(new Priors().RestartS, known.Learned.CostsOf(job).MoveS);
    }

    [Fact]
    public void Costs_that_a_job_tells_are_no_longer_than_it_has_run()
    {
        var site = new Site();
        site.Picture(Job, Start);
        site.Turn(Start);
        site.Say(new JobSaid(JobWord.Acknowledge, Job, 0, true, 86_400, null), Start);
        site.Turn(Start + 250);
        Assert.True(WireBytes.TryRead<JobRow>(site.Stored["job/12"], out var row, out _));
        Assert.Equal(60, row.SpentS);
    }

    [Fact]
    public void What_a_human_has_to_look_at_is_not_tidied_away()
    {
        var state = new SupervisorState(new Priors());
        foreach (var ended in Enumerable.Range(0, 4000))
            state.Put(new ActionRow(new ActionRecord(state.NewAction(), ActionKind.Signal, null, Job, "main", Start, "", false, ended == 0 ? new Unknown(Start, "?") : new Done(Start, ""))));
        state.Tidy();
        Assert.Equal(2000, state.Actions.Count);
        Assert.IsType<Unknown>(state.Actions[1].Action.State);
    }

    private static AlertRaised Blaming(AlertCause cause) => new(new Alert
    {
        Id = new AlertId("c", 1),
        Revision = 1,
        Labels = new AlertLabels("", "c", "n001", "12", null, null, FaultKind.Unknown),
        Cause = cause,
        Kind = FaultKind.Unknown,
        Severity = Severity.Warning,
        SinceMs = Start,
        RaisedMs = Start,
        UpdatedMs = Start,
        Nodes = ["n001"],
        NodeCount = 1,
        OutOf = 1,
        Score = 2,
        Threshold = 1,
        Summary = "",
        Evidence = "",
    });
}
