using Tocsin.Integration.Alerts;
using Tocsin.Integration.Live;
using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Checking;

/// <summary><c>tocsin check</c> and <c>tocsin init</c> before a real Prometheus and a real Slurm.</summary>
public sealed class CheckSpec(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_misconfiguration_that_was_planted_is_named_and_none_where_there_is_none()
    {
        if (SlurmCluster.IsLeftOut(output) || !SystemPart.IsThere(PrometheusServer.Program, "prometheus", output) || !SystemPart.IsThere(VirtualExporters.Program, "prometheus-node-exporter", output)
            || !SystemPart.IsThere(AlertmanagerServer.Program, "prometheus-alertmanager", output) || !SystemPart.IsThere(MisconfiguredSite.FakeTime, "faketime", output) || !SystemPart.IsThere(MisconfiguredSite.Setpriv, "util-linux", output))
        {
            return;
        }
        await using var site = await MisconfiguredSite.StartAsync();
        var common = $"cluster: tocsin\ndata: '{site.Folder}/data'\nlisten: {{address: '127.0.0.1:{FakeExporter.FreePort()}'}}\nprometheus: {{url: '{site.Prometheus}'}}\n{site.Slurm}";

        // As another user, with this machine's clock 90 s ahead of all others (libfaketime in front of the executable and of what it runs), and a sink that nobody listens at.
        var broken = await site.CheckAsync(common + $"cadence: 2s\nsinks: {{alertmanagers: [{{url: 'http://127.0.0.1:{FakeExporter.FreePort()}/'}}]}}\n",
            "/usr/bin/env", "FAKETIME_DONT_FAKE_MONOTONIC=1", MisconfiguredSite.FakeTime, "-f", "+90s", MisconfiguredSite.Setpriv, "--reuid=65534", "--regid=65534", "--clear-groups");
        output.WriteLine(broken.Output);
        Assert.Equal(1, broken.Status);
        Named("nodes", "warning", "4 of 6 Slurm nodes are in Prometheus; unmatched: n[003-004]", "(.+)-ib(:[0-9]+)?");
        Named("rights", "error", "PrivateData=jobs: sacct shows nobody", "adminlevel=Operator");
        Named("interval", "error", "job node is scraped each 5 s (6 targets), cadence is 2 s", "set cadence: 5s");
        Named("clock", "warning", "s behind this machine's", "chrony");
        Assert.Equal(2, broken.Lines.Count(l => l is { About: "clock", Level: "warning" }));
        Named("exporters", "warning", "8 CPUs, 4 GPUs (2 nodes): node_exporter on 2; no dcgm-exporter on g[001-002]", "install it there");
        Named("history", "warning", "too short to learn from", "backfill");
        Named("sinks", "error", "Connection refused", "check the address");

        // The same servers, asked with options that fit them: what was fixed is named no more.
        await using var alertmanager = await AlertmanagerServer.StartAsync();
        var mended = await site.CheckAsync(common + $"cadence: 5s\nidentity: {{rules: [{{label: instance, pattern: '(.+)-ib(:[0-9]+)?', node: $1}}]}}\nsinks: {{alertmanagers: [{{url: '{alertmanager.Url}'}}]}}\n");
        output.WriteLine(mended.Output);
        Assert.Equal(0, mended.Status);
        Assert.Contains(mended.Lines, l => l is { About: "nodes", Level: "ok", Text: "6 of 6 Slurm nodes are in Prometheus" });
        // What is left is what was not mended: no dcgm-exporter, a short history, no remote_write, and that root asks.
        Assert.Equal(["exporters", "history", "samples", "user"], mended.Lines.Where(l => l.Level != "ok").Select(l => l.About).Distinct().Order());

        // And a first file from what is there.
        var file = Path.Combine(site.Folder, "first.yaml");
        var written = await TocsinProcess.RunAsync("init", "--prometheus", site.Prometheus.ToString(), "--out", file);
        Assert.True(written.ExitCode == 0, written.Error);
        Assert.Contains("cadence: 5s\n", await File.ReadAllTextAsync(file));
        Assert.Equal(1, (await TocsinProcess.RunAsync("init", "--out", file)).ExitCode);
        Assert.Equal(0, (await TocsinProcess.RunAsync("serve", "--config", file, "--check")).ExitCode);

        void Named(string about, string level, string text, string todo) => Assert.Contains(broken.Lines, l => l.About == about && l.Level == level
            && l.Text.Contains(text, StringComparison.Ordinal) && l.Do.Contains(todo, StringComparison.Ordinal));
    }
}
