using Tocsin.Actors.Faults;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Deciding;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Learning;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Supervision;

/// <summary>What is kept, counted and logged, and what is not.</summary>
public sealed class BoundsSpec
{
    private const long Start = Site.Start;

    [Fact]
    public void Signals_push_no_drain_out_of_what_the_limits_count()
    {
        var state = new SupervisorState(new Priors());
        state.Add(new PastAction(ActionKind.Drain, Site.Node, "main", null, Start));
        for (var i = 0; i < 20_001; i++)
            state.Add(new PastAction(ActionKind.Signal, null, "main", "12", Start + i));
        Assert.Single(state.Past, p => p.Kind == ActionKind.Drain);
        Assert.InRange(state.Past.Count, 10_000, 20_000);
    }

    [Fact]
    public void Signals_push_no_drain_out_of_what_is_kept()
    {
        var state = new SupervisorState(new Priors());
        foreach (var i in Enumerable.Range(0, 5000))
            state.Put(new ActionRow(new ActionRecord(state.NewAction(), i % 5 == 0 ? ActionKind.Drain : ActionKind.Signal, Site.Node, Site.Job, "main", Start, "", false, new Done(Start, ""))));
        state.Tidy();
        Assert.Equal((1000, 2000), (state.Actions.Values.Count(a => a.Action.Kind == ActionKind.Drain), state.Actions.Values.Count(a => a.Action.Kind == ActionKind.Signal)));
        Assert.Equal(state.Actions.Values, state.ActionsOf(Site.Job.JobId));
        Assert.Equal(state.Actions.Values, state.ActionsOn(Site.Node.Name));
    }

    [Theory]
    [InlineData("*", false)]
    [InlineData("main", false)]
    [InlineData("all", true)]
    public void A_partition_that_is_named_all_is_no_other_and_a_drain_that_only_would_have_been_counts_to_no_limit(string enabled, bool dry)
    {
        var known = new KnowledgeRow(new Priors());
        for (var i = 0; i < 20; i++)
            known.Learned.Failed(Site.Node, Start);
        known.Brier.Add(RiskInputs.Faults, 1, true);
        var site = new Site(Site.Usual with { Enabled = new HashSet<string> { enabled } }, ("knowledge", known.Bytes()))
        {
            Outlook = new FaultOutlook(Site.Node, Start, long.MaxValue, 1, 0.9f, [0.1f, 0.9f], true, null),
        };
        site.Picture(Site.Job, Start);
        for (var at = Start; at < Start + 4000; at += 250)
            site.Turn(at);
        var drain = Assert.Single(site.View.Actions.Values, a => a.Action.Kind == ActionKind.Drain);
        Assert.Equal(dry, drain.Action.State is Done { DryRun: true });
        Assert.Equal(dry, !site.Stored.ContainsKey("past"));
    }

    [Fact]
    public void A_veto_that_is_over_is_shown_no_more()
    {
        var site = new Site();
        site.Picture(Site.Job, Start);
        site.Say(new OperatorSaid(OperatorWord.Veto, null, null, "12", "ada", "for a while", Start + 1000), Start);
        site.Turn(Start);
        Assert.Single(site.View.Vetoes);
        site.Picture(Site.Job, Start + 60_000);
        site.Turn(Start + 60_000);
        Assert.Empty(site.View.Vetoes);
        Assert.Contains("veto/1", site.Removed);
    }

    [Fact]
    public void A_hold_of_a_job_is_logged_where_its_reason_changes_and_not_again_after_a_restart()
    {
        var site = Held(new Site(), Start);
        Assert.Single(Holds(site));
        site = Held(site.Again(), Start + 60_000);
        Assert.Single(Holds(site));
        // Its checkpoint is due, and a hold after that is another one.
        site = Held(site, Start + (9 * 86_400_000L));
        Assert.Equal(DecisionKind.Checkpoint, site.View.Decisions.Values.Last().Kind);
        site = Held(site.Again(), Start + (9 * 86_400_000L) + 20_000);
        Assert.Equal(2, Holds(site).Count());

        static Site Held(Site site, long atMs)
        {
            site.Picture(Site.Job, atMs, Start - 60_000);
            site.Turn(atMs);
            return site;
        }
    }

    [Fact]
    public void An_operators_hold_and_its_release_stand_in_the_decision_log_once_each()
    {
        var site = new Site();
        foreach (var word in (OperatorWord[])[OperatorWord.Hold, OperatorWord.Hold, OperatorWord.Resume])
            site.Say(new OperatorSaid(word, null, null, null, "ada", "maintenance", null), Start);
        site.Turn(Start);
        Assert.Equal(["held by ada: maintenance", "released by ada"], site.View.Decisions.Values.Select(d => d.Sentence));
    }

    [Fact]
    public async Task A_command_has_an_end_of_its_own_that_outlives_its_process()
    {
        var runner = new SlurmProgramRunner(new SlurmPrograms(), TimeProvider.System);
        var parent = await runner.RunAsync("sh", ["-c", "tr '\\0' ' ' </proc/$PPID/cmdline"], TimeSpan.FromSeconds(90), default);
        Assert.Contains("timeout -s KILL 90.500 sh -c", parent.Output);
        // As where that end came first: whether it had its effect nobody knows.
        var killed = await runner.RunAsync("sh", ["-c", "kill -9 $$"], TimeSpan.FromSeconds(90), default);
        Assert.True(killed is { Unsure: true, Failure: not null });
        var refused = await runner.RunAsync("sh", ["-c", "exit 3"], TimeSpan.FromSeconds(90), default);
        Assert.Equal((false, "sh ended with 3"), (refused.Unsure, refused.Failure!.Split(':')[0]));
    }

    private static IEnumerable<DecisionRow> Holds(Site site) => site.View.Decisions.Values.Where(d => d.Kind == DecisionKind.Hold);
}
