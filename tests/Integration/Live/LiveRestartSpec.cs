using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Live;

/// <summary>The daemon killed again and again while Slurm's hooks, sacct and Prometheus go on: what is stored in the end is as if nothing had been.</summary>
[Collection(SlurmTests.Name)]
public sealed class LiveRestartSpec(ITestOutputHelper output)
{
    private const string ShorterWhenAgain = "sleep $((300 - 297 * (${SLURM_RESTART_COUNT:-0} > 0)))";

    private readonly SiteClock _clock = new(output);

    [Fact]
    public async Task Boundaries_equal_the_accounting_though_the_daemon_is_killed_and_hooks_said_it_first()
    {
        if (LiveSite.IsLeftOut(output))
            return;
        await using var site = await LiveSite.StartAsync(hooks: true);
        try
        {
            await WatchAsync(site);
        }
        catch (TimeoutException)
        {
            output.WriteLine(await site.StoryAsync());
            throw;
        }
    }

    private async Task WatchAsync(LiveSite site)
    {
        await SiteWaits.FramesAsync(site);
        _clock.Say("all run");
        var slurm = site.Slurm;
        var wide = await slurm.SubmitAsync("-J", "wide", "-N6", "-w", "n[001-006]", "--wrap", "sleep 300");
        var requeued = await slurm.SubmitAsync("-J", "requeued", "--requeue", "-w", "n008", "--wrap", ShorterWhenAgain);
        await SegmentAsync(site, "n003", wide);
        _clock.Say("a job's segment is there; kill -9");
        await site.KillDaemonAsync(ready: false);
        await slurm.SubmitAsync("-J", "array", "--array=1-8%4", "--wrap", "sleep $((1 + SLURM_ARRAY_TASK_ID % 3))");
        await SiteWaits.RunningAsync(slurm, wide, requeued);
        await slurm.RunAsync("scontrol", "requeue", requeued);
        await slurm.StartNowAsync(requeued);
        await site.KillDaemonAsync();
        _clock.Say("killed while it caught up");
        for (var i = 0; i < 3; i++)
        {
            var job = await slurm.SubmitAsync("-J", $"short-{i}", "-w", "n007,n008", "--wrap", "sleep 1");
            await SegmentAsync(site, "n007", job);
            await site.KillDaemonAsync(ready: i == 1);
        }
        _clock.Say("killed as soon as a job was there, three times");
        await slurm.RunAsync("scancel", wide);
        await Waiting.ForAsync(async () => (await slurm.AccountedAsync("JobID,State")).Contains($"{requeued} COMPLETED"), "the second run in the accounting");
        await slurm.WaitSettledAsync();
        await SiteWaits.ReconciledAsync(site);
        var checks = new SiteChecks(site, output);
        await checks.SegmentsEqualAsync();
        await checks.RunsEqualAsync();
        foreach (var lost in (string[])["failed", "dropped"])
            Assert.Equal(0, await site.Prometheus.ReadAsync($"prometheus_remote_storage_samples_{lost}_total"));
        _clock.Say("segments and runs equal sacct");
        Assert.Equal(0, await site.Daemon.StopAsync());
    }

    private static Task SegmentAsync(LiveSite site, string node, string job) => Waiting.ForAsync(
        async () => (await site.ListAsync($"/api/v1/segments?node={node}", "segments")).Any(s => s["jobs"]!.AsArray().Any(j => j!["job_id"]!.GetValue<string>() == job)),
        $"a segment of job {job} on {node}");
}
