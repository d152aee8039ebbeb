using Tocsin.Actors.Faults;
using Tocsin.Actors.Faults.Learning;
using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Tuning;
using Tocsin.Shared;

namespace Tocsin.Unit.Faults.Live;

public sealed class FaultLearnerSpec
{
    private readonly MemoryArchive _archive = new();
    private readonly List<string> _said = [];

    [Fact]
    public void Without_enough_labels_nothing_serves_and_it_is_said_what_is_missing()
    {
        var learner = New();
        var site = new LiveCluster();
        LearnAnswer? last = null;
        for (var i = 0; i < 30; i++)
            last = learner.Step(site.Next());
        Assert.Null(last!.Serving);
        Assert.Matches(@"^too few labels: \d+ of 60 labelled faulty host-intervals$", last.Status.Why);
        Assert.False(last.Status.Actable);
        Assert.Equal(30, last.Status.IntervalsKept);
    }

    [Fact]
    public void Labels_of_one_class_are_not_enough_however_many()
    {
        var learner = New();
        var site = new LiveCluster();
        LearnAnswer? last = null;
        for (var i = 0; i < 200; i++)
        {
            var next = site.Next();
            last = learner.Step(next with { Labels = [.. next.Labels.Where(l => l.Fault == FaultClass.Cpu)] });
        }
        Assert.Null(last!.Serving);
        Assert.Contains("two classes", last.Status.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_learned_from_the_site_warns_of_the_next_interval_names_the_class_and_goes_on_after_a_restart()
    {
        var (learner, site) = (New(), new LiveCluster());
        var answer = Until(learner, site, a => a.Serving is not null && a.Serving.WhyNot is null, 400);
        Assert.Equal(1, answer.Status.Serving);
        Assert.Equal(ModelSource.Site, answer.Status.Versions[0].Source);
        Assert.True(answer.Status.Actable);
        Assert.True(answer.Status.Days.Sum(d => d.Faults) >= 10);

        var forecast = new FaultForecast(LiveCluster.Settings);
        var again = New();
        var loaded = again.Step(LearnInput.Nothing);
        Assert.Equal(1, loaded.Serving!.Version);
        int faults = 0, warned = 0, named = 0, healthy = 0, alarms = 0;
        List<Tocsin.Actors.Faults.Intervals.ClosedInterval> recent = [.. loaded.Recent];
        Dictionary<NodeKey, FaultOutlook> said = [];
        for (var i = 0; i < 60; i++)
        {
            var next = site.Next();
            foreach (var (node, outlook) in said)
            {
                if (next.Labels.FirstOrDefault(l => l.Node == node.Name) is { } label)
                    (faults, warned, named) = (faults + 1, warned + (outlook.Probability > 0.5f ? 1 : 0), named + (outlook.Class == label.Fault ? 1 : 0));
                else
                    (healthy, alarms) = (healthy + 1, alarms + (outlook.Probability > 0.5f ? 1 : 0));
            }
            recent.Add(next.Closed!);
            said = forecast.Run(again.Step(next).Serving!, recent, 0).ToDictionary(o => o.Node);
        }
        Assert.True(warned > 0.7 * faults && named > 0.8 * faults, $"{warned} warned and {named} named of {faults}");
        Assert.True(alarms < 0.1 * healthy, $"{alarms} of {healthy}");
    }

    [Fact]
    public void What_the_simulator_alone_taught_never_serves_and_authorises_nothing()
    {
        var (learner, site) = (New(), new LiveCluster());
        Until(learner, site, a => a.Serving is not null, 400);
        _archive.State = _archive.State with { All = [.. _archive.State.All.Select(v => v with { Source = ModelSource.Simulator })] };
        var again = New();
        var answer = again.Step(site.Next());
        Assert.Null(answer.Serving);
        Assert.Equal(0, answer.Status.Serving);
        Assert.False(answer.Status.Actable);
        Assert.Equal("its weights come from the simulator, and such never serve", answer.Status.Why);
    }

    [Fact]
    public void A_version_whose_words_do_not_come_true_any_more_may_not_be_acted_on_also_after_a_restart()
    {
        // Nothing tunes it: it goes on saying what was true before.
        var settings = LiveCluster.Settings with { Tuning = LiveCluster.Settings.Tuning with { Every = 100_000 } };
        var (learner, site) = (new FaultLearner(settings, _archive, _said.Add), new LiveCluster());
        Until(learner, site, a => a.Serving is { WhyNot: null }, 400);
        site.Random = true;
        var answer = Until(learner, site, a => a.Serving!.WhyNot is not null, 400);
        Assert.Equal(1, answer.Serving!.Version);
        Assert.False(answer.Status.Actable);
        Assert.Matches("^it is not clearly better than how frequent faults are: |^its probabilities are off: ", answer.Status.WhyNotActable);
        for (var i = 0; i < settings.SettleIntervals; i++)
            answer = learner.Step(site.Next());
        Assert.NotNull(new FaultLearner(settings, _archive, _said.Add).Step(LearnInput.Nothing).Serving!.WhyNot);
    }

    [Fact]
    public void A_version_may_not_be_acted_on_before_it_met_faults_nor_when_its_labels_are_taken_back()
    {
        var (learner, site) = (New(), new LiveCluster());
        var answer = Until(learner, site, a => a.Serving is not null, 400);
        Assert.Equal("its predictions met 0 of 10 labelled faults", answer.Serving!.WhyNot);
        Assert.True(Until(learner, site, a => a.Status.Actable, 400).Status.Quality!.Faults >= VersionQuality.LeastFaults);
        var undone = LearnInput.Nothing with { Labels = [.. _archive.Load().Labels.Select(l => l with { Undone = true })] };
        Assert.StartsWith("too few labels: ", learner.Step(undone).Serving!.WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void A_challenger_serves_after_it_was_better_on_later_labels_and_one_step_brings_the_old_one_back()
    {
        var (learner, site) = (New(), new LiveCluster());
        Until(learner, site, a => a.Serving is not null, 400);
        site.Swapped = true;
        var answer = Until(learner, site, a => a.Status.Serving > 1, 600);
        var promoted = answer.Status.Versions[answer.Status.Serving - 1];
        Assert.Equal(Verdict.Promoted, promoted.Verdict);
        Assert.True(promoted.Loss < promoted.ChampionLoss, $"{promoted.Loss} {promoted.ChampionLoss}");
        Assert.True(_archive.Models.ContainsKey(answer.Status.Serving));

        var back = learner.Step(LearnInput.Nothing with { RollBack = true });
        Assert.True(back.RolledBack);
        Assert.Equal(answer.Status.Earlier[^1], back.Serving!.Version);
        Assert.Equal(back.Serving.Version, New().Step(LearnInput.Nothing).Serving!.Version);
    }

    [Fact]
    public void With_no_version_before_it_there_is_nothing_to_go_back_to()
    {
        Assert.False(New().Step(LearnInput.Nothing with { RollBack = true }).RolledBack);
    }

    [Fact]
    public void A_disk_that_is_away_is_told_and_the_same_step_asked_again_loses_nothing()
    {
        var (learner, site) = (New(), new LiveCluster());
        learner.Step(site.Next());
        _archive.Away = true;
        LearnInput next;
        do
            next = site.Next();
        while (next.Labels.Count == 0);
        Assert.Throws<DependencyException>(() => learner.Step(next));
        Assert.Throws<DependencyException>(() => learner.Step(next));
        _archive.Away = false;
        Assert.Equal(2, learner.Step(next).Status.IntervalsKept);
        var stored = _archive.Load();
        Assert.Equal(next.Labels.Count, stored.Labels.Count);
        Assert.Equal(2, stored.Intervals.Count);
    }

    [Fact]
    public void Nodes_that_come_and_go_and_intervals_that_are_missing_do_not_stop_it()
    {
        var (learner, site) = (New(), new LiveCluster());
        Until(learner, site, a => a.Serving is not null, 400);
        for (var i = 0; i < 20; i++)
            site.Next();
        site.Nodes = [.. Enumerable.Range(3, 40).Select(i => new NodeKey("c", $"n{i:D2}"))];
        var before = learner.Step(site.Next()).Status;
        LearnAnswer? last = null;
        for (var i = 0; i < 30; i++)
            last = learner.Step(site.Next());
        Assert.Equal(1, last!.Status.Serving);
        Assert.True(last.Status.Days.Sum(d => d.Labelled) > before.Days.Sum(d => d.Labelled));
    }

    private FaultLearner New() => new(LiveCluster.Settings, _archive, _said.Add);

    private LearnAnswer Until(FaultLearner learner, LiveCluster site, Func<LearnAnswer, bool> reached, int most)
    {
        for (var i = 0; i < most; i++)
        {
            var answer = learner.Step(site.Next());
            if (reached(answer))
                return answer;
        }
        Assert.Fail($"not within {most} intervals: {string.Join("; ", _said)}");
        return null!;
    }
}
