using System.Diagnostics;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Unit.Alerts;

public sealed class StormSpec(ITestOutputHelper output)
{
    [Fact]
    public void Twenty_thousand_nodes_at_once_are_one_alert()
    {
        var scene = Site(jobs: 500, nodes: 40);
        for (var job = 0; job < 500; job++)
            scene.Show([.. Scene.Names(40, job * 40).Select(n => scene.Finding(n, $"{job}", 40, (FaultKind)(1 + (job % 7))))]);
        Measure(scene, "20,000 nodes of 500 jobs show something");
        Assert.Equal((AlertCause.Shared, 20_000, Alert.MaxNodes), (scene.Open.Single().Cause, scene.Open.Single().NodeCount, scene.Open.Single().Nodes.Count));
    }

    [Fact]
    public void Three_thousand_faults_that_have_nothing_in_common_are_three_thousand_alerts_and_each_is_told_once()
    {
        // As many alerts as there can be: a mass of them would be one of the site.
        var scene = Site(jobs: 500, nodes: 40, new Actors.Alerts.AlertOptions { MassShare = 1 });
        // Onsets half an hour apart in groups, so that nothing is shared.
        for (var wave = 0; wave < 3; wave++)
        {
            for (var job = 0; job < 500; job++)
                scene.Show([.. Scene.Names(2, (job * 40) + (wave * 2)).Take(wave == 2 ? 1 : 2).Select(n => scene.Finding(n, $"{job}", 40, FaultKind.Cpu))]);
            scene.Pass(20);
        }
        Measure(scene, "2,500 open alerts");
        Assert.InRange(scene.Open.Count(), 500, 2500);
        Assert.Equal(scene.ToldOf<AlertRaised>().Count(), scene.ToldOf<AlertRaised>().Select(a => a.Alert.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_nodes_do_notifications_are_bounded_and_every_alert_ends_once(int seed)
    {
        var (random, scene) = (new Random(seed), Site(jobs: 20, nodes: 10));
        var active = new Dictionary<string, Finding>();
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            for (var n = random.Next(6); n > 0; n--)
            {
                var at = random.Next(200);
                var name = $"cn{at:D4}";
                if (active.Remove(name, out var over))
                    scene.End(over);
                else
                    scene.Show(active[name] = scene.Finding(name, $"{at / 10}", 10, (FaultKind)random.Next(1, 12), 1 + (3 * random.NextSingle())));
            }
            scene.Pass(60, 20);
        }
        scene.End([.. active.Values]).Pass(7300);
        Assert.Empty(scene.Open);
        Assert.Empty(scene.Book.State.Findings);
        foreach (var alert in scene.Told.GroupBy(t => t.Alert.Id))
        {
            Assert.Equal(Enumerable.Range(1, alert.Count()), alert.Select(t => t.Alert.Revision));
            Assert.Single(alert.OfType<AlertRaised>());
            Assert.IsType<AlertCleared>(alert.Last());
            Assert.Single(alert.Select(t => t.Alert.Labels).Distinct());
            Assert.InRange(alert.Count(), 2, 48);
        }
        // No two alerts with the same labels are open at once: Alertmanager would take them for one.
        var open = new HashSet<AlertLabels>();
        foreach (var told in scene.Told)
            Assert.True(told switch { AlertRaised r => open.Add(r.Alert.Labels), AlertCleared c => open.Remove(c.Alert.Labels), _ => true }, $"{told.Alert.Id} {told.Alert.Labels}");
        output.WriteLine($"{scene.Told.Count} notifications of {scene.ToldOf<AlertRaised>().Count()} alerts in a day of 3,600 changes");
    }

    private static Scene Site(int jobs, int nodes, Actors.Alerts.AlertOptions? options = null)
    {
        var scene = new Scene(options);
        for (var job = 0; job < jobs; job++)
            scene.Watch(Scene.Names(nodes, job * nodes), $"{job}", $"leaf{job / 4}");
        return scene;
    }

    private void Measure(Scene scene, string what)
    {
        scene.Pass(60);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 5; i++)
            scene.Pass(5);
        output.WriteLine($"{what}: {clock.Elapsed.TotalMilliseconds / 5:0} ms a decision");
    }
}
