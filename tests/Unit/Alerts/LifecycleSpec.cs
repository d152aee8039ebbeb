using Tocsin.Actors.Alerts;
using Tocsin.Actors.Alerts.Book;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class LifecycleSpec
{
    [Fact]
    public void Nothing_is_told_before_a_finding_has_lasted()
    {
        var scene = new Scene().Watch(["a"]);
        var finding = scene.Finding("a");
        scene.Show(finding).Pass(25).End(finding).Pass(600);
        Assert.Empty(scene.Told);
        Assert.Empty(scene.Book.State.Findings);
    }

    [Fact]
    public void What_lasted_while_nobody_was_there_is_raised_and_cleared_though_all_its_words_come_at_once()
    {
        var scene = new Scene().Watch(["a"]);
        var finding = scene.Finding("a");
        scene.Pass(100).Show(finding).End(finding).Reload().Pass(15);
        Assert.Empty(scene.Told);
        scene.Pass(5);
        Assert.Equal(finding.SinceMs, Assert.Single(scene.ToldOf<AlertRaised>()).Alert.SinceMs);
        scene.Reload().Pass(600);
        Assert.Equal([1, 2], scene.Told.Select(t => t.Alert.Revision));
        Assert.Empty(scene.Open);
        Assert.Empty(scene.Book.State.Findings);
    }

    [Fact]
    public void What_lasted_while_nobody_was_there_but_not_long_enough_is_not_told()
    {
        var scene = new Scene().Watch(["a"]);
        var finding = scene.Finding("a");
        scene.Pass(25).Show(finding).End(finding).Pass(600);
        Assert.Empty(scene.Told);
        Assert.Empty(scene.Book.State.Findings);
    }

    [Fact]
    public void What_lasted_while_nobody_was_there_waits_no_longer_than_a_bound_for_a_node_that_is_muted()
    {
        var scene = new Scene().Watch(["a"], mute: NodeMute.Drained);
        var finding = scene.Finding("a");
        scene.Pass(100).Show(finding).End(finding).Pass(120);
        Assert.Empty(scene.Told);
        Assert.Empty(scene.Book.State.Findings);
    }

    [Fact]
    public void It_is_raised_once_and_cleared_once_after_it_has_been_away_for_long_enough()
    {
        var scene = new Scene().Watch(["a"]);
        var finding = scene.Finding("a");
        scene.Show(finding).Pass(60).End(finding).Pass(290);
        Assert.Single(scene.Open);
        scene.Pass(10);
        Assert.Empty(scene.Open);
        Assert.Equal([typeof(AlertRaised), typeof(AlertCleared)], scene.Told.Select(t => t.GetType()));
        Assert.Equal([1, 2], scene.Told.Select(t => t.Alert.Revision));
        Assert.StartsWith("Over at 14:08 UTC, after 6 min. a: node fault likely (memory).", scene.Told[1].Alert.Evidence);
    }

    [Fact]
    public void What_comes_back_before_it_is_cleared_was_never_away()
    {
        var scene = new Scene().Watch(["a"]);
        for (var i = 0; i < 20; i++)
        {
            var finding = scene.Finding("a");
            scene.Show(finding).Pass(60).End(finding).Pass(200);
        }
        Assert.Single(scene.ToldOf<AlertRaised>());
        Assert.Empty(scene.ToldOf<AlertCleared>());
        Assert.Equal(Scene.StartMs, scene.Open.Single().SinceMs);
    }

    [Fact]
    public void A_cause_that_comes_and_goes_for_a_day_is_told_of_a_bounded_number_of_times()
    {
        var scene = new Scene().Watch(["a"]);
        for (var i = 0; i < 24 * 60 / 8; i++)
        {
            var finding = scene.Finding("a");
            scene.Show(finding).Pass(60).End(finding).Pass(420);
        }
        // Away for 7 minutes: longer than 5, shorter than 10. The second time it is there it stays.
        Assert.Equal((2, 1), (scene.ToldOf<AlertRaised>().Count(), scene.ToldOf<AlertCleared>().Count()));
        Assert.InRange(scene.Told.Count, 3, 14);
    }

    [Fact]
    public void However_long_it_stays_away_a_flapping_cause_is_raised_at_most_about_once_an_hour()
    {
        var scene = new Scene().Watch(["a"]);
        for (var end = 24 * 3600; scene.Now < end;)
        {
            var finding = scene.Finding("a");
            scene.Show(finding).Pass(60).End(finding);
            while (scene.Open.Any())
                scene.Pass(60);
        }
        Assert.InRange(scene.ToldOf<AlertRaised>().Count(), 20, 28);
    }

    [Fact]
    public void An_alert_that_lasts_is_told_of_at_twice_the_age_each_time()
    {
        var scene = new Scene().Watch(["a"]);
        scene.Show(scene.Finding("a", ratio: 5)).Pass(24 * 3600);
        Assert.Equal(["severity Warning -> Critical"], scene.ToldOf<AlertUpdated>().Select(u => u.Why).Where(w => w != "goes on"));
        Assert.InRange(scene.ToldOf<AlertUpdated>().Count(), 5, 10);
    }

    [Fact]
    public void Severity_rises_with_score_duration_and_size_of_the_job_and_never_falls()
    {
        Assert.Equal(Severity.Info, SeverityRule.Of(1.5f, 0, 1, AlertCause.Node, null));
        Assert.Equal(Severity.Warning, SeverityRule.Of(1.5f, 600_000, 1, AlertCause.Node, null));
        Assert.Equal(Severity.Warning, SeverityRule.Of(2, 0, 16, AlertCause.Node, null));
        Assert.Equal(Severity.Critical, SeverityRule.Of(2, 0, 128, AlertCause.Node, null));
        Assert.Equal(Severity.Critical, SeverityRule.Of(1, 0, 1, AlertCause.Node, Severity.Critical));
        var scene = new Scene().Watch(["a"]);
        scene.Show(scene.Finding("a", ratio: 5)).Pass(60).Show(scene.Finding("a", ratio: 1.1f)).Pass(400);
        Assert.All(scene.Told, t => Assert.Equal(Severity.Warning, t.Alert.Severity));
    }

    [Theory]
    [InlineData(NodeMute.Maintenance)]
    [InlineData(NodeMute.Drained)]
    public void In_maintenance_or_drained_nothing_is_told_and_what_still_holds_after_it_is(NodeMute mute)
    {
        var scene = new Scene().Watch(["a"], mute: mute);
        scene.Show(scene.Finding("a")).Pass(3600);
        Assert.Empty(scene.Told);
        Assert.Single(scene.Book.State.Findings);
        scene.Watch(["a"]).Pass(5);
        Assert.Single(scene.Open);
    }

    [Fact]
    public void Draining_a_node_ends_its_alert_and_says_why()
    {
        var scene = new Scene().Watch(["a"]);
        scene.Show(scene.Finding("a")).Pass(60).Watch(["a"], mute: NodeMute.Drained).Pass(5);
        var cleared = Assert.Single(scene.ToldOf<AlertCleared>()).Alert;
        Assert.Equal(ClearReason.Muted, cleared.Reason);
        Assert.Equal("a", cleared.Labels.Node);
    }

    [Fact]
    public void A_node_in_maintenance_counts_neither_for_its_job_nor_against_it()
    {
        var scene = new Scene().Watch(Scene.Names(10), "7").Watch(Scene.Names(6), "7", mute: NodeMute.Drained);
        scene.Show([.. Scene.Names(4, 7).Select(n => scene.Finding(n, "7", 10))]).Pass(60);
        Assert.Equal((AlertCause.Job, 4, 4), (scene.Open.Single().Cause, scene.Open.Single().NodeCount, scene.Open.Single().OutOf));
    }

    [Fact]
    public void A_node_that_is_watched_no_more_takes_its_alert_with_it()
    {
        var scene = new Scene().Watch(["a"]);
        scene.Show(scene.Finding("a")).Pass(60);
        scene.Book.Observe(new NodeStatus(Scene.Node("a"), NodePresence.Fresh, NodeMute.None, [], null, false, scene.NowMs));
        scene.Pass(5);
        Assert.Equal(ClearReason.Gone, Assert.Single(scene.ToldOf<AlertCleared>()).Alert.Reason);
        Assert.Empty(scene.Book.State.Findings);
    }

    [Fact]
    public void Telling_a_finding_twice_or_deciding_twice_changes_nothing()
    {
        var (once, twice) = (new Scene().Watch(Scene.Names(20), "7"), new Scene().Watch(Scene.Names(20), "7"));
        foreach (var n in Scene.Names(20))
        {
            once.Show(once.Finding(n, "7", 20)).Pass(5);
            twice.Show(twice.Finding(n, "7", 20)).Show(twice.Finding(n, "7", 20));
            Assert.Equal(twice.Book.Decide(twice.NowMs).Events.Count, twice.Book.Decide(twice.NowMs).Events.Count);
            twice.Pass(5);
        }
        Assert.Equal(once.Told.Select(Line), twice.Told.Select(Line));
        Assert.NotEmpty(once.Told);
    }

    [Fact]
    public void Words_that_come_again_after_newer_ones_undo_nothing()
    {
        var scene = new Scene().Watch(["a"]);
        var first = scene.Finding("a");
        scene.Show(first).Pass(60);
        scene.End(first).Pass(5).Show(first).Pass(400);
        Assert.Empty(scene.Open);
    }

    [Fact]
    public void What_is_kept_in_memory_only_is_over_when_nobody_says_so_any_more()
    {
        var scene = new Scene().Watch(Scene.Names(8), "7");
        scene.Show(scene.Finding("cn0001", "7", 8, source: FindingSource.Peer), scene.Finding("cn0002", "7", 8)).Pass(14 * 60);
        Assert.Equal(2, scene.Open.Count());
        scene.Pass(10 * 60);
        Assert.Equal("cn0002", Assert.Single(scene.Open).Labels.Node);
    }

    [Fact]
    public void A_book_loaded_from_its_rows_goes_on_as_if_nothing_had_happened()
    {
        var (kept, reloaded) = (new Scene(), new Scene());
        foreach (var scene in new[] { kept, reloaded })
        {
            var random = new Random(7);
            scene.Watch(Scene.Names(60), "7", "s1").Watch(Scene.Names(60, 61), "8", "s2").Watch(Scene.Names(60, 121));
            for (var i = 0; i < 400; i++)
            {
                var at = random.Next(1, 181);
                var finding = scene.Finding($"cn{at:D4}", at <= 60 ? "7" : at <= 120 ? "8" : null, 60, (FaultKind)random.Next(0, 9));
                if (random.Next(3) > 0)
                    scene.Show(finding);
                else
                    scene.End(finding);
                scene.Pass(random.Next(60));
                if (ReferenceEquals(scene, reloaded))
                    scene.Reload();
            }
        }
        Assert.Equal(kept.Told.Select(Line), reloaded.Told.Select(Line));
        Assert.NotEmpty(kept.ToldOf<AlertCleared>());
    }

    [Fact]
    public void A_full_book_counts_what_it_refuses_and_keeps_what_it_has()
    {
        var book = new AlertBook("c1", new BookState(), new AlertOptions { MaxFindings = 2 });
        var scene = new Scene();
        Assert.True(book.Observe(scene.Finding("a"), 0));
        Assert.True(book.Observe(scene.Finding("b"), 0));
        Assert.False(book.Observe(scene.Finding("c"), 0));
        Assert.True(book.Observe(scene.Finding("a", ratio: 3), 0));
        Assert.Equal((1, 2), (book.Refused, book.State.Findings.Count));
    }

    [Fact]
    public void Options_out_of_range_are_told_with_key_value_range_and_unit()
    {
        Assert.Equal(
            ["alerts.clear_after: 1 s is not between 10 and 86400 s", "alerts.job_share: 2 is not between 0.5 and 1"],
            new AlertOptions { ClearAfter = TimeSpan.FromSeconds(1), JobShare = 2 }.Check());
        Assert.Empty(new AlertOptions().Check());
    }

    private static string Line(AlertEvent e) => $"{e.GetType().Name} {e.Alert.Id}.{e.Alert.Revision} {e.Alert.Cause} {e.Alert.Severity} {string.Join(',', e.Alert.Nodes)} {e.Alert.Evidence}";
}
