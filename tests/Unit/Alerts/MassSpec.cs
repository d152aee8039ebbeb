using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

/// <summary>More than 2 % of the nodes within ten minutes, with nothing in common that is known: one alert of the site.</summary>
public sealed class MassSpec
{
    /// <summary>A thousand nodes: a hundred jobs of ten.</summary>
    private static Scene Room()
    {
        var scene = new Scene();
        for (var job = 0; job < 100; job++)
            scene.Watch(Scene.Names(10, job * 10), $"{job}", $"leaf{job / 5}");
        return scene;
    }

    /// <summary>The first node of each of so many jobs.</summary>
    private static Finding[] Scattered(Scene scene, int count, int from = 0, FindingSource source = FindingSource.Model) =>
        [.. Enumerable.Range(from, count).Select(j => scene.Finding($"cn{j * 10:D4}", $"{j}", 10, (FaultKind)(1 + (j % 3)), source: source))];

    [Fact]
    public void Twenty_one_of_a_thousand_nodes_within_minutes_are_one_alert_of_the_site_and_twenty_are_not()
    {
        var scene = Room();
        scene.Show(Scattered(scene, 20)).Pass(300);
        Assert.Equal(20, scene.Open.Count());
        Assert.All(scene.Open, a => Assert.Equal("TocsinNodeFault", a.Labels.AlertName));
        scene.Show(Scattered(scene, 1, from: 20)).Pass(60);
        var site = Assert.Single(scene.Open);
        Assert.Equal((AlertCause.Shared, "TocsinSharedFault", 21, 1000), (site.Cause, site.Labels.AlertName, site.NodeCount, site.OutOf));
        Assert.Equal((null, null, null), (site.Labels.Node, site.Labels.Job, site.Labels.Switch));
        Assert.All(scene.ToldOf<AlertCleared>(), c => Assert.Equal((ClearReason.Merged, site.Id), (c.Alert.Reason, c.Alert.MergedInto!.Value)));
        Assert.StartsWith("Cluster c1: 21 of 1000 nodes show a fault that began within minutes, too many for chance, so something shared.", site.Evidence);
        Assert.Contains("since 14:02 UTC. In common: metric memory_available_bytes on 21.", site.Evidence);
    }

    [Fact]
    public void What_comes_later_goes_into_it_and_a_restart_changes_nothing()
    {
        var scene = Room();
        scene.Show(Scattered(scene, 30)).Pass(60);
        var site = Assert.Single(scene.ToldOf<AlertRaised>()).Alert;
        scene.Reload().Show(Scattered(scene, 40, from: 30)).Pass(600);
        Assert.Equal((site.Id, 70), (Assert.Single(scene.Open).Id, scene.Open.Single().NodeCount));
        Assert.Single(scene.ToldOf<AlertRaised>());
    }

    [Fact]
    public void It_is_over_when_the_share_falls_below_and_the_rest_are_alerts_of_their_own()
    {
        var scene = Room();
        var shown = Scattered(scene, 30);
        scene.Show(shown).Pass(60);
        var site = Assert.Single(scene.Open);
        scene.End(shown[..9]).Pass(400);
        Assert.Equal(site.Id, Assert.Single(scene.Open).Id);
        scene.End(shown[9..15]).Pass(290);
        Assert.Equal(site.Id, Assert.Single(scene.Open).Id);
        scene.Pass(60);
        Assert.Equal(ClearReason.Over, scene.ToldOf<AlertCleared>().Single(c => c.Alert.Id == site.Id).Alert.Reason);
        Assert.Equal(15, scene.Open.Count());
        Assert.DoesNotContain(scene.Open, a => a.Cause == AlertCause.Shared);
    }

    [Fact]
    public void What_is_spread_over_hours_is_many_nodes_and_no_mass()
    {
        var scene = Room();
        for (var hour = 0; hour < 5; hour++)
            scene.Show(Scattered(scene, 6, from: 6 * hour)).Pass(1800, step: 30);
        Assert.Equal(30, scene.Open.Count());
    }

    [Fact]
    public void Whole_jobs_are_the_jobs_and_no_mass()
    {
        var scene = Room();
        foreach (var job in new[] { 3, 17, 30, 44 })
            scene.Show([.. Scene.Names(10, job * 10).Select(n => scene.Finding(n, $"{job}", 10, FaultKind.Cpu))]);
        scene.Pass(300);
        Assert.Equal(["17", "3", "30", "44"], scene.Open.Select(a => a.Labels.Job).Order());
    }

    [Fact]
    public void A_small_room_has_no_mass_of_fewer_nodes_than_make_a_site()
    {
        var scene = new Scene();
        scene.Watch(Scene.Names(20));
        scene.Show([.. Scene.Names(4).Select(n => scene.Finding(n))]).Pass(300);
        Assert.Equal(4, scene.Open.Count());
        scene.Show(scene.Finding("cn0009")).Pass(60);
        Assert.Equal(AlertCause.Shared, Assert.Single(scene.Open).Cause);
    }
}
