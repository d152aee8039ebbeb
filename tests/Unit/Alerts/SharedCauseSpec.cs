using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class SharedCauseSpec
{
    /// <summary>Forty jobs of ten nodes, one switch for every four jobs.</summary>
    private static Scene Room()
    {
        var scene = new Scene();
        for (var job = 0; job < 40; job++)
            scene.Watch(Nodes(job), $"{job}", $"leaf{job / 4}");
        return scene;
    }

    private static IReadOnlyList<string> Nodes(int job) => Scene.Names(10, job * 10);

    private static Finding[] All(Scene scene, int job, FaultKind kind = FaultKind.Filesystem) =>
        [.. Nodes(job).Select(n => scene.Finding(n, $"{job}", 10, kind))];

    [Fact]
    public void A_change_of_the_whole_site_is_one_alert()
    {
        var scene = Room();
        var kinds = new[] { FaultKind.Cpu, FaultKind.Memory, FaultKind.Disk };
        for (var job = 0; job < 40; job++)
            scene.Show(All(scene, job, kinds[job % 3]));
        scene.Pass(600);
        var raised = Assert.Single(scene.ToldOf<AlertRaised>()).Alert;
        Assert.Equal((AlertCause.Shared, "TocsinSharedFault", FaultKind.Unknown, 400), (raised.Cause, raised.Labels.AlertName, raised.Kind, raised.NodeCount));
        Assert.Equal((null, null), (raised.Labels.Node, raised.Labels.Job));
        Assert.Equal(Severity.Critical, scene.Open.Single().Severity);
        Assert.InRange(scene.Told.Count, 1, 4);
    }

    [Fact]
    public void Three_jobs_that_wait_for_one_filesystem_are_one_alert_and_the_jobs_alerts_go_into_it()
    {
        var scene = Room();
        scene.Show(All(scene, 3)).Pass(60);
        var job = Assert.Single(scene.Open);
        Assert.Equal(AlertCause.Job, job.Cause);
        scene.Show(All(scene, 17)).Show(All(scene, 30)).Pass(60);
        var shared = Assert.Single(scene.Open);
        Assert.Equal((AlertCause.Shared, FaultKind.Filesystem, 30, 400), (shared.Cause, shared.Kind, shared.NodeCount, shared.OutOf));
        Assert.NotEqual(job.Id, shared.Id);
        Assert.Equal((job.Id, shared.Id), (scene.ToldOf<AlertCleared>().Single().Alert.Id, scene.ToldOf<AlertCleared>().Single().Alert.MergedInto!.Value));
        Assert.StartsWith("Cluster c1: 30 of 400 nodes show a fault (filesystem), so something shared. First cn0030,", shared.Evidence);
        Assert.Contains(", 3 jobs and idle nodes. cn0030: memory_available_bytes 3.1 GiB", shared.Evidence);
    }

    [Fact]
    public void Three_jobs_with_a_fault_that_nodes_do_not_share_are_three_alerts()
    {
        var scene = Room();
        foreach (var job in new[] { 3, 17, 30 })
            scene.Show(All(scene, job, FaultKind.Cpu));
        scene.Pass(60);
        Assert.Equal(["3", "17", "30"], scene.Open.Select(a => a.Labels.Job).OrderBy(int.Parse!));
    }

    [Fact]
    public void Onsets_that_lie_hours_apart_are_not_shared()
    {
        var scene = Room();
        foreach (var job in new[] { 3, 17, 30 })
            scene.Show(All(scene, job)).Pass(3600);
        Assert.Equal(3, scene.Open.Count());
    }

    [Fact]
    public void A_job_that_fills_most_of_the_site_is_the_job()
    {
        var scene = new Scene().Watch(Scene.Names(100), "7").Watch(["a", "b", "c"]);
        scene.Show([.. Scene.Names(100).Select(n => scene.Finding(n, "7", 100, FaultKind.Network)), scene.Finding("a", kind: FaultKind.Network), scene.Finding("b", kind: FaultKind.Network)]);
        scene.Pass(60);
        Assert.Equal(["7", "a", "b"], scene.Open.Select(a => a.Labels.Job ?? a.Labels.Node));
    }

    [Fact]
    public void All_nodes_of_a_switch_are_one_alert_of_that_switch()
    {
        var scene = Room();
        foreach (var job in new[] { 4, 5, 6, 7 })
            scene.Show(All(scene, job, FaultKind.Fabric));
        scene.Pass(60);
        var alert = Assert.Single(scene.Open);
        Assert.Equal((AlertCause.Shared, "leaf1", 40, 40), (alert.Cause, alert.Labels.Switch, alert.NodeCount, alert.OutOf));
        Assert.StartsWith("Switch leaf1: 40 of its 40 nodes show a fault (fabric).", alert.Evidence);
    }

    [Fact]
    public void When_a_shared_cause_is_over_the_nodes_that_stay_broken_have_alerts_of_their_own()
    {
        var scene = Room();
        var findings = new[] { 3, 17, 30 }.SelectMany(j => All(scene, j)).ToArray();
        scene.Show(findings).Pass(120);
        scene.End([.. findings.Where(f => f.Node.Name != "cn0175")]).Pass(400);
        var shared = Assert.Single(scene.ToldOf<AlertCleared>()).Alert;
        Assert.Equal((AlertCause.Shared, ClearReason.Over), (shared.Cause, shared.Reason));
        Assert.Equal("cn0175", Assert.Single(scene.Open).Labels.Node);
    }

    [Fact]
    public void A_shared_alert_takes_in_who_comes_later_and_tells_of_it_when_they_have_doubled()
    {
        var scene = Room();
        for (var job = 0; job < 40; job += 1)
            scene.Show(All(scene, job)).Pass(30);
        var site = Assert.Single(scene.Open);
        Assert.Null(site.Labels.Switch);
        Assert.All(scene.Book.State.Findings.Values, r => Assert.Equal(site.Id.Number, r.Alert));
        Assert.InRange(site.NodeCount, 240, 400);
        Assert.InRange(scene.ToldOf<AlertUpdated>().Count(u => u.Alert.Cause == AlertCause.Shared), 3, 7);
    }

    [Fact]
    public void Stale_nodes_of_a_dead_switch_are_one_alert_and_stale_is_not_anomalous()
    {
        var scene = Room();
        scene.Show([.. Nodes(4).Concat(Nodes(5)).Concat(Nodes(6)).Concat(Nodes(7)).Select((n, i) =>
            scene.Finding(n, $"{4 + i / 10}", 10, FaultKind.Unreachable, 0, FindingSource.Silence))]);
        scene.Show(scene.Finding("cn0040", "4", 10)).Pass(60);
        Assert.Equal(["TocsinNodeFault", "TocsinSharedSilence"], scene.Open.Select(a => a.Labels.AlertName).Order());
    }

    [Fact]
    public void A_source_that_is_away_is_one_alert_by_its_own_name()
    {
        var scene = Room();
        scene.Show(scene.Finding("prometheus-1", kind: FaultKind.Unreachable, source: FindingSource.SourceAway) with { Top = [] }).Pass(60);
        var alert = Assert.Single(scene.Open);
        Assert.Equal(("TocsinSourceAway", "prometheus-1", Severity.Critical), (alert.Labels.AlertName, alert.Labels.Source, alert.Severity));
        Assert.Equal("source prometheus-1: no data from any of its nodes, so nothing is known of them. Since 14:02 UTC.", alert.Evidence);
    }

    [Fact]
    public void A_node_that_is_down_is_not_stale_as_well()
    {
        var scene = new Scene().Watch(Scene.Names(8), "7");
        scene.Show(scene.Finding("cn0001", "7", 8, FaultKind.Unreachable, 0, FindingSource.Silence) with { Top = [] }).Pass(60);
        scene.Watch(["cn0001"], "7", presence: NodePresence.Down)
            .Show(scene.Finding("cn0001", "7", 8, FaultKind.Unreachable, 0, FindingSource.Scheduler) with { Top = [], Says = "Not responding." }).Pass(600);
        var down = Assert.Single(scene.Open);
        Assert.Equal("TocsinNodeDown", down.Labels.AlertName);
        Assert.StartsWith("cn0001: down, says the scheduler. Job 7: the other 7 nodes normal. Not responding, since 14:03 UTC.", down.Evidence);
    }
}
