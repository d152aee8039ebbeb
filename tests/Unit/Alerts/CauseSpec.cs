using Tocsin.Actors.Alerts;
using Tocsin.Actors.Alerts.Book;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class CauseSpec
{
    [Fact]
    public void One_node_of_a_job_is_a_node_and_the_evidence_says_so_in_raw_units()
    {
        var scene = new Scene().Watch(Scene.Names(64, 400), "8812345");
        scene.Show(scene.Finding("cn0421", "8812345", 64)).Pass(60);
        var alert = Assert.Single(scene.ToldOf<AlertRaised>()).Alert;
        Assert.Equal(AlertCause.Node, alert.Cause);
        Assert.Equal(
            "cn0421: node fault likely (memory). Job 8812345: the other 63 nodes normal. memory_available_bytes 3.1 GiB, expected 41 +- 4 GiB, since 14:02 UTC.",
            alert.Evidence);
        Assert.Equal(new AlertLabels("TocsinNodeFault", "c1", "cn0421", null, null, null, FaultKind.Memory), alert.Labels);
    }

    [Fact]
    public void Five_hundred_nodes_of_one_job_are_one_alert()
    {
        var names = Scene.Names(500);
        var scene = new Scene().Watch(names, "7").Watch(Scene.Names(500, 501));
        // They come in over half a minute, a few at a time.
        foreach (var chunk in names.Chunk(90))
            scene.Show([.. chunk.Select(n => scene.Finding(n, "7", 500))]).Pass(5);
        scene.Pass(600);
        var alert = Assert.Single(scene.ToldOf<AlertRaised>()).Alert;
        Assert.Single(scene.Open);
        Assert.Equal(AlertCause.Job, scene.Open.Single().Cause);
        Assert.Equal(("TocsinJobFault", "7"), (alert.Labels.AlertName, alert.Labels.Job));
        Assert.Equal((500, 500), (scene.Open.Single().NodeCount, scene.Open.Single().Nodes.Count));
        Assert.InRange(scene.Told.Count, 1, 5);
    }

    [Fact]
    public void A_node_alert_that_turns_out_to_be_the_jobs_keeps_its_id_and_its_labels()
    {
        var names = Scene.Names(64);
        var scene = new Scene().Watch(names, "7");
        scene.Show(scene.Finding("cn0003", "7", 64)).Pass(60);
        var first = Assert.Single(scene.ToldOf<AlertRaised>()).Alert;
        scene.Show([.. names.Skip(5).Select(n => scene.Finding(n, "7", 64))]).Pass(60);
        Assert.Single(scene.ToldOf<AlertRaised>());
        var now = Assert.Single(scene.Open);
        Assert.Equal((first.Id, first.Labels, AlertCause.Job), (now.Id, now.Labels, now.Cause));
        Assert.Equal(first.Revision + 1, scene.ToldOf<AlertUpdated>().First().Alert.Revision);
    }

    [Fact]
    public void Alerts_of_two_nodes_are_merged_into_the_older_one_when_it_is_the_job()
    {
        var names = Scene.Names(16);
        var scene = new Scene().Watch(names, "7");
        scene.Show(scene.Finding("cn0009", "7", 16)).Pass(60);
        scene.Show(scene.Finding("cn0002", "7", 16)).Pass(60);
        var ids = scene.ToldOf<AlertRaised>().Select(a => a.Alert.Id).ToList();
        Assert.Equal(2, ids.Count);
        scene.Show([.. names.Select(n => scene.Finding(n, "7", 16))]).Pass(60);
        Assert.Equal(ids[0], Assert.Single(scene.Open).Id);
        var cleared = Assert.Single(scene.ToldOf<AlertCleared>()).Alert;
        Assert.Equal((ids[1], ClearReason.Merged, ids[0]), (cleared.Id, cleared.Reason, cleared.MergedInto));
    }

    [Theory]
    [InlineData(1, 64, AlertCause.Node)]
    [InlineData(3, 64, AlertCause.Node)]
    [InlineData(4, 64, AlertCause.Unknown)]
    [InlineData(51, 64, AlertCause.Unknown)]
    [InlineData(52, 64, AlertCause.Job)]
    [InlineData(2, 2, AlertCause.Job)]
    [InlineData(1, 2, AlertCause.Node)]
    [InlineData(2, 3, AlertCause.Unknown)]
    [InlineData(2, 4, AlertCause.Node)]
    [InlineData(1, 1, AlertCause.Unknown)]
    public void Of_so_many_showing_among_so_many_watched_the_cause_is(int showing, int watched, AlertCause cause) =>
        Assert.Equal(cause, CauseRules.OfJob(showing, watched, AlertCause.Unknown, new AlertOptions()));

    [Fact]
    public void A_job_is_left_later_than_it_is_entered()
    {
        var options = new AlertOptions();
        Assert.Equal(AlertCause.Job, CauseRules.OfJob(32, 64, AlertCause.Job, options));
        Assert.Equal(AlertCause.Unknown, CauseRules.OfJob(31, 64, AlertCause.Job, options));
        Assert.Equal(AlertCause.Unknown, CauseRules.OfJob(32, 64, AlertCause.Unknown, options));
    }

    [Fact]
    public void A_score_on_a_job_of_one_node_leaves_open_which_of_the_two_it_is_and_a_rule_does_not()
    {
        var scene = new Scene().Watch(["a", "b"], "7");
        scene.Watch(["a"], "1").Watch(["b"], "2");
        scene.Show(scene.Finding("a", "1"), scene.Finding("b", "2"), scene.Finding("b", "2", source: FindingSource.Rule, rule: "ecc")).Pass(60);
        var (a, b) = (scene.Open.Single(o => o.Labels.Node == "a"), scene.Open.Single(o => o.Labels.Node == "b"));
        Assert.Equal((AlertCause.Unknown, AlertCause.Node), (a.Cause, b.Cause));
        Assert.StartsWith("a: fault of the node or of its job (memory). Job 1 runs on this node alone.", a.Evidence);
        Assert.Contains("ecc happened. memory_available_bytes", b.Evidence);
    }

    [Fact]
    public void Many_nodes_of_a_job_that_are_not_all_are_one_alert_of_unknown_cause()
    {
        var names = Scene.Names(64);
        var scene = new Scene().Watch(names, "7");
        scene.Show([.. names.Take(20).Select(n => scene.Finding(n, "7", 64))]).Pass(60);
        var alert = Assert.Single(scene.Open);
        Assert.Equal((AlertCause.Unknown, "7", 20, 64), (alert.Cause, alert.Labels.Job, alert.NodeCount, alert.OutOf));
        Assert.StartsWith("Job 7: 20 of 64 nodes show a fault (memory), more than chance and fewer than all. First cn0001, cn0002,", alert.Evidence);
    }

    [Fact]
    public void A_late_job_event_moves_the_job_of_an_open_alert_and_keeps_its_id()
    {
        var names = Scene.Names(4);
        var scene = new Scene().Watch(names, "7");
        scene.Show(scene.Finding("cn0001", "7", 4)).Pass(400);
        var before = Assert.Single(scene.Open);
        Assert.Equal(Scene.Job("7"), before.Job);
        scene.Watch(names, "8").Show(scene.Finding("cn0001", "8", 4)).Pass(600);
        var after = Assert.Single(scene.Open);
        Assert.Equal((before.Id, before.Labels, Scene.Job("8")), (after.Id, after.Labels, after.Job));
        Assert.Single(scene.ToldOf<AlertRaised>());
    }

    [Fact]
    public void A_jobs_alert_keeps_its_id_where_a_late_event_moves_all_of_its_nodes_to_another_job()
    {
        var names = Scene.Names(8);
        var scene = new Scene().Watch(names, "7");
        scene.Show([.. names.Select(n => scene.Finding(n, "7", 8))]).Pass(60);
        var before = Assert.Single(scene.Open);
        scene.Watch(names, "8").Show([.. names.Select(n => scene.Finding(n, "8", 8))]).Pass(600);
        var after = Assert.Single(scene.Open);
        Assert.Equal((before.Id, before.Labels, Scene.Job("8")), (after.Id, after.Labels, after.Job));
    }

    [Fact]
    public void When_a_job_is_over_the_nodes_that_still_show_it_stay_with_its_alert()
    {
        var names = Scene.Names(100);
        var scene = new Scene().Watch(names, "7").Watch(Scene.Names(2000, 1000));
        var findings = names.Select(n => scene.Finding(n, "7", 100)).ToArray();
        scene.Show(findings).Pass(60);
        scene.Watch(names).Show([.. names.Select(n => scene.Finding(n))]).Pass(60);
        foreach (var few in findings.Chunk(30))
            scene.End([.. few.Select(f => f with { Job = null })]).Pass(15);
        var alert = Assert.Single(scene.Open);
        Assert.Equal((AlertCause.Job, Scene.Job("7")), (alert.Cause, alert.Job!.Value));
        scene.Pass(400);
        Assert.Equal([typeof(AlertRaised), typeof(AlertCleared)], scene.Told.Where(t => t is not AlertUpdated).Select(t => t.GetType()));
    }

    [Fact]
    public void Two_starts_of_one_job_within_a_second_are_two_jobs_and_no_harm()
    {
        var scene = new Scene().Watch(Scene.Names(8));
        foreach (var (n, i) in Scene.Names(8).Select((n, i) => (n, i)))
            scene.Show(scene.Finding(n, "7", 8) with { Job = new Tocsin.Shared.JobKey("7", 1000 + (i / 4)) });
        scene.Pass(60);
        Assert.Equal(["7"], scene.Open.Select(a => a.Labels.Job));
    }

    [Fact]
    public void An_alert_is_not_raised_under_the_labels_of_one_that_is_open()
    {
        var names = Scene.Names(8);
        var scene = new Scene().Watch(names, "7");
        var first = names.Select(n => scene.Finding(n, "7", 8)).ToArray();
        scene.Show(first).Pass(60);
        // A late word: it was job 8 on these nodes, and job 7 is on others, where it shows the same.
        scene.Watch(names, "8").Show([.. names.Select(n => scene.Finding(n, "8", 8))]).Pass(30);
        var others = Scene.Names(8, 100);
        scene.Watch(others, "7").Show([.. others.Select(n => scene.Finding(n, "7", 8))]).Pass(60);
        Assert.Equal("cn0001", Assert.Single(scene.Open).Nodes[0]);
        scene.End([.. first.Select(f => f with { Job = Scene.Job("8") })]).Pass(400);
        Assert.Equal("cn0100", Assert.Single(scene.Open).Nodes[0]);
        Assert.Equal(2, scene.ToldOf<AlertRaised>().Count());
    }
}
