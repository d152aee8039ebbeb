using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared.Flow;

namespace Tocsin.ActorTests.Supervision;

/// <summary>What is refused is not wanted anew at every turn: it would push everything else out of what is kept, and press Slurm.</summary>
public sealed class RefusedSpec
{
    private const long Start = Site.Start, Due = Start + (9 * 86_400_000L);

    [Fact]
    public void A_vetoed_job_is_withheld_once_and_asked_when_the_veto_is_lifted()
    {
        var site = Waiting();
        site.Say(new OperatorSaid(OperatorWord.Veto, null, null, Site.Job.JobId, "ada", "it is measured", null), Due);
        TurnFor(site, Due, 120_000);
        Assert.Empty(site.View.Actions);
        Assert.StartsWith("withheld (vetoed by ada: it is measured): ", Assert.Single(site.View.Decisions.Values, d => d.Kind == DecisionKind.Withheld).Sentence, StringComparison.Ordinal);
        site.Say(new OperatorSaid(OperatorWord.Unveto, 1, null, null, "ada", "", null), Due + 120_000);
        TurnFor(site, Due + 120_000, 10_000);
        Assert.Equal([null], site.Stopped);
    }

    [Fact]
    public void The_owner_of_a_vetoed_job_is_told_so()
    {
        var site = Waiting();
        site.Say(new OperatorSaid(OperatorWord.Veto, null, null, Site.Job.JobId, "ada", "no", null), Due);
        site.Picture(Site.Job, Due, Start - 60_000);
        site.Turn(Due);
        var answer = site.Hear(new JobSaid(JobWord.Ask, Site.Job, 0, false, 0, null), Due);
        Assert.Equal((409, "not now: vetoed by ada: no"), (answer.Status, answer.Says));
    }

    [Fact]
    public void What_the_last_look_refused_is_proposed_again_only_by_a_newer_picture()
    {
        var site = Waiting();
        site.Gone = true;
        site.Picture(Site.Job, Due, Start - 60_000);
        for (var at = Due; at < Due + 50_000; at += 250)
            site.Turn(at);
        Assert.IsType<Refused>(Assert.Single(site.View.Actions.Values).Action.State);
        site.Picture(Site.Job, Due + 60_000, Start - 60_000);
        for (var at = Due + 60_000; at < Due + 110_000; at += 250)
            site.Turn(at);
        Assert.Equal(2, site.View.Actions.Count);
    }

    private static Site Waiting()
    {
        var site = new Site();
        site.Picture(Site.Job, Start, Start - 60_000);
        site.Turn(Start);
        return site;
    }

    private static void TurnFor(Site site, long fromMs, long forMs)
    {
        for (var at = fromMs; at < fromMs + forMs; at += 250)
        {
            if ((at - fromMs) % 60_000 == 0)
                site.Picture(Site.Job, at, Start - 60_000);
            site.Turn(at);
        }
    }
}
