using System.Text;
using System.Text.Json;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration.Alerts;

/// <summary>From samples that are pushed to those who are told, without any library: rules, silence, peers.</summary>
public sealed class RuleAlertSpec(ITestOutputHelper output)
{
    /// <summary>The product's own waits for 30 s.</summary>
    private const string Rules = """
        version: 1
        rules:
          - name: filesystem-readonly
            metric: fs_readonly
            gained: 1
            for: 2s
            severity: critical
            kind: filesystem
            says: "{value} read-only, {was} before{device}."
        """;

    private static readonly SeriesId ReadOnly = PushedNodes.Series("node_filesystem_readonly", ("device", "/dev/sda2"), ("fstype", "ext4"), ("mountpoint", "/scratch"));
    private static readonly SeriesId Xid = PushedNodes.Series("DCGM_FI_DEV_XID_ERRORS", ("gpu", "3"));
    private static readonly SeriesId OtherXid = PushedNodes.Series("DCGM_FI_DEV_XID_ERRORS", ("gpu", "0"));
    private static readonly SeriesId Anon = PushedNodes.Series("node_memory_AnonPages_bytes");
    private static readonly SeriesId Committed = PushedNodes.Series("node_memory_Committed_AS_bytes");
    private static readonly SeriesId Active = PushedNodes.Series("node_memory_Active_anon_bytes");

    [Fact]
    public async Task What_is_never_right_reaches_all_who_are_to_know_and_is_over_when_it_ends()
    {
        if (WatchedSite.IsLeftOut(output))
            return;
        var silence = "";
        await using var site = await WatchedSite.StartAsync(
            rules: Rules, nodes: Scheduler(6, drained: 5), before: async at => silence = await at.SilenceAsync("node", "cn6"));
        await using var nodes = new PushedNodes(site.Daemon, Nodes(6, ReadOnly).Concat(Nodes(1, Xid)).Concat(Nodes(1, OtherXid)));
        await SeenAsync(site, 6);
        await site.Daemon.WaitAsync(async () => (await site.Daemon.JsonAsync("/api/v1/nodes/cn5"))["muted"]!.GetValue<bool>(), "the daemon does not know that cn5 is drained");

        nodes.Set("cn1", Xid, 79);
        foreach (var node in (string[])["cn2", "cn5", "cn6"])
            nodes.Set(node, ReadOnly, 1);
        await site.UntilShownAsync("cn1: TocsinNodeFault gpu active", "cn2: TocsinNodeFault filesystem active", "cn6: TocsinNodeFault filesystem suppressed");
        await site.UntilToldAsync("cn1: raised", "cn2: raised");
        var labels = (await site.Alertmanager.AlertsAsync()).Select(a => a.GetProperty("labels")).Single(l => WatchedSite.Name(l) == "cn2");
        Assert.Equal("""{"alertname":"TocsinNodeFault","cluster":"hpc","kind":"filesystem","node":"cn2"}""", JsonSerializer.Serialize(labels));
        var raised = site.Raised("cn1");
        Assert.Contains("XID 79: GPU has fallen off the bus (gpu 3)", raised.GetProperty("evidence").GetString());
        Assert.Equal(("critical", "node"), (raised.GetProperty("severity").GetString(), raised.GetProperty("cause").GetString()));
        await site.Daemon.WaitAsync(() => Task.FromResult(Streamed(site, "raised").IsSupersetOf(["cn1", "cn2", "cn6"])), "curl was not told");
        output.WriteLine($"{raised.GetProperty("evidence")}\n{site.Raised("cn2").GetProperty("evidence")}");

        foreach (var node in (string[])["cn2", "cn5"])
            nodes.Set(node, ReadOnly, 0);
        await site.UntilGoneAsync("cn2");
        await site.UntilToldAsync("cn2: cleared");
        await site.Daemon.WaitAsync(() => Task.FromResult(Streamed(site, "cleared").Contains("cn2")), "curl was not told of the end");
        // A code of that kind never goes back by itself: it holds for an hour.
        Assert.Contains("cn1: TocsinNodeFault gpu active", await site.ShownAsync());

        Assert.DoesNotContain(site.Told, t => t.StartsWith("cn6", StringComparison.Ordinal));
        await site.Alertmanager.UnsilenceAsync(silence);
        await site.UntilToldAsync("cn6: raised");
        // Drained all the time: neither Alertmanager nor anyone else was told.
        Assert.DoesNotContain(site.Told, t => t.StartsWith("cn5", StringComparison.Ordinal));
        Assert.DoesNotContain("cn5", Streamed(site, "raised"));
        Assert.Equal(0, await site.Daemon.StopAsync());
    }

    [Fact]
    public async Task A_node_that_is_silent_is_told_of_and_a_source_that_is_away_is_one_alert()
    {
        if (WatchedSite.IsLeftOut(output))
            return;
        // More partitions than nodes: most are alone in their shard.
        await using var site = await WatchedSite.StartAsync("away_after: 8s", Scheduler(6, drained: 5));
        await using var nodes = new PushedNodes(site.Daemon, Nodes(6, ReadOnly));
        await SeenAsync(site, 6);
        await site.Daemon.WaitAsync(async () => (await site.Daemon.JsonAsync("/api/v1/nodes/cn5"))["muted"]!.GetValue<bool>(), "the daemon does not know that cn5 is drained");
        foreach (var node in (string[])["cn3", "cn5"])
            nodes.Silence(node, true);
        await site.UntilShownAsync("cn3: TocsinNodeSilent unreachable active");
        await site.UntilToldAsync("cn3: raised");
        await site.Daemon.WaitAsync(async () => (await site.Daemon.JsonAsync("/api/v1/nodes/cn5"))["condition"]!.GetValue<string>() == "stale", "cn5 is not stale");
        nodes.Silence("cn3", false);
        await site.UntilGoneAsync("cn3");
        await site.UntilToldAsync("cn3: cleared");
        Assert.Equal(["cn3: cleared", "cn3: raised"], site.Told.Distinct().Order(StringComparer.Ordinal));

        for (var n = 1; n <= 6; n++)
            nodes.Silence($"cn{n}", true);
        await site.UntilShownAsync("remote_write: TocsinSourceAway unreachable active");
        await site.UntilToldAsync("remote_write: raised");
        output.WriteLine(site.Raised("remote_write").GetProperty("evidence").GetString());
        for (var n = 1; n <= 6; n++)
            nodes.Silence($"cn{n}", false);
        await site.UntilGoneAsync("remote_write");
        await site.UntilToldAsync("remote_write: cleared");
        Assert.Equal(["cn3", "remote_write"], Streamed(site, "raised").Order(StringComparer.Ordinal));
        Assert.Equal(0, await site.Daemon.StopAsync());
    }

    [Fact]
    public async Task A_node_that_differs_from_the_others_of_its_job_is_told_of_with_what_they_show()
    {
        if (WatchedSite.IsLeftOut(output))
            return;
        await using var site = await WatchedSite.StartAsync();
        await using var nodes = new PushedNodes(site.Daemon, Memory(8, _ => 1));
        await SeenAsync(site, 8);
        var started = $$"""{"event": "start", "jobId": 7, "jobName": "solver", "user": "ada", "nodes": "cn[1-8]", "time": {{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}}}""";
        Assert.Equal(200, (await site.Daemon.PostAsync("/api/v1/jobs/events", Encoding.UTF8.GetBytes(started), "application/json")).Status);
        await site.Daemon.WaitAsync(async () => (await site.Daemon.GetAsync("/metrics")).Body.Contains("tocsin_peer_jobs 1\n", StringComparison.Ordinal), "the nodes of the job are not compared");
        foreach (var (node, series, value) in Memory(8, n => n == 6 ? 3 : 1))
            nodes.Set(node, series, value);
        await site.UntilShownAsync("cn6: TocsinNodeFault memory active");
        await site.UntilToldAsync("cn6: raised");
        var raised = site.Raised("cn6");
        Assert.Equal(("node", "7", 8), (raised.GetProperty("cause").GetString(), raised.GetProperty("job").GetProperty("id").GetString(), raised.GetProperty("out_of").GetInt32()));
        Assert.Contains("7 nodes normal", raised.GetProperty("evidence").GetString());
        output.WriteLine(raised.GetProperty("evidence").GetString());
        foreach (var (node, series, value) in Memory(8, _ => 1))
            nodes.Set(node, series, value);
        await site.UntilGoneAsync("cn6");
        await site.UntilToldAsync("cn6: cleared");
        Assert.Equal(["cn6"], Streamed(site, "raised"));
        Assert.Equal(0, await site.Daemon.StopAsync());
    }

    private static Task SeenAsync(WatchedSite site, int count) => site.Daemon.WaitAsync(
        async () => (await site.Daemon.JsonAsync("/api/v1/nodes"))["nodes"]!.AsArray().Count(n => n!["frame"] is not null) == count, $"{count} nodes have no frames");

    private static HashSet<string> Streamed(WatchedSite site, string change) =>
        [.. site.Stream.Told.Where(t => t.Change == change).Select(t => WatchedSite.Name(t.Alert.GetProperty("labels")))];

    private static IEnumerable<(string Node, SeriesId Series, double Value)> Nodes(int count, SeriesId series) =>
        Enumerable.Range(1, count).Select(n => ($"cn{n}", series, 0.0));

    /// <summary>Of nodes that do the same, a few percent apart.</summary>
    private static IEnumerable<(string Node, SeriesId Series, double Value)> Memory(int count, Func<int, double> factor) =>
        Enumerable.Range(1, count).SelectMany(n => ((SeriesId, double)[])[(Anon, 30e9), (Committed, 50e9), (Active, 28e9)], (n, s) => ($"cn{n}", s.Item1, s.Item2 * (1 + (0.01 * n)) * factor(n)));

    private static string Scheduler(int count, int drained) => string.Concat(Enumerable.Range(1, count).Select(n =>
        $"NodeName=cn{n} Arch=x86_64 CPUAlloc=0 CPUTot=4 NodeAddr=cn{n} NodeHostName=cn{n} Version=22.05.8 OS=Linux 6.1.0 State={(n == drained ? "IDLE+DRAIN" : "IDLE")} BootTime=1769850000 SlurmdStartTime=1769850100\n"));
}
