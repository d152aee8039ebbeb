using System.Text.Json;
using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Live;

/// <summary>The daemon between real servers: what it stores of a site's hour is what Slurm's accounting has, and what Prometheus sent is what it counted.</summary>
[Collection(SlurmTests.Name)]
public sealed class LiveSpec(ITestOutputHelper output)
{
    private const string ShorterWhenAgain = "sleep $((300 - 297 * (${SLURM_RESTART_COUNT:-0} > 0)))";

    private readonly SiteClock _clock = new(output);

    [Fact]
    public async Task Boundaries_equal_the_accounting_samples_add_up_and_a_fault_is_told_and_over()
    {
        if (LiveSite.IsLeftOut(output))
            return;
        await using var site = await LiveSite.StartAsync();
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
        _clock.Say("Slurm, exporters, Alertmanager, daemon and Prometheus run");
        await SiteWaits.FramesAsync(site);
        var slurm = site.Slurm;
        var lattice = await slurm.SubmitAsync("-J", "lattice", "-N4", "-n4", "-w", "n[001-004]", "--wrap", $"srun {StressNg.Program} {StressNg.Calm}");
        var requeued = await slurm.SubmitAsync("-J", "requeued", "--requeue", "-w", "n008", "--wrap", ShorterWhenAgain);
        var dead = await slurm.SubmitAsync("-J", "dead", "--requeue", "-N2", "-w", "n005,n006", "--wrap", ShorterWhenAgain);
        var failed = await slurm.SubmitAsync("-J", "failed", "--no-requeue", "-w", "n006", "--wrap", "sleep 300");
        var cancelled = await slurm.SubmitAsync("-J", "cancelled", "-w", "n007", "--wrap", "sleep 300");
        await slurm.SubmitAsync("-J", "array", "--array=1-6%3", "--wrap", "sleep $((1 + SLURM_ARRAY_TASK_ID % 3))");
        await slurm.SubmitAsync("-J", "het", "-n1", ":", "-n1", "--wrap", "sleep 2");
        await slurm.SubmitAsync("-J", "at-once", "-w", "n007", "--wrap", "true");
        await SiteWaits.RunningAsync(slurm, lattice, requeued, dead, failed, cancelled);
        _clock.Say("jobs run");

        var fault = FaultAsync(site, lattice);
        slurm.KillNode("n006");
        await slurm.RunAsync("scontrol", "requeue", requeued);
        await slurm.RunAsync("scancel", cancelled);
        for (var i = 0; i < 4; i++)
            await slurm.SubmitAsync("-J", $"short-{i}", "-w", "n007,n008", "--wrap", "sleep 1");
        await Waiting.ForAsync(async () => (await slurm.RunAsync("sinfo", "-h", "-n", "n006", "-o", "%T")).StartsWith("down", StringComparison.Ordinal), "n006 down");
        _clock.Say("Slurm says that n006 is down");
        await ShownAsync(site, "n006", "unreachable");

        slurm.StartNode("n006");
        await slurm.WaitIdleAsync("n006");
        foreach (var job in (string[])[requeued, dead])
            await slurm.StartNowAsync(job);
        await Waiting.ForAsync(
            async () => (await slurm.AccountedAsync("JobID,State")).Count(r => r == $"{requeued} COMPLETED" || r == $"{dead} COMPLETED") == 2, "both second runs in the accounting");
        await fault;
        await slurm.RunAsync("scancel", lattice);
        await slurm.WaitSettledAsync();
        _clock.Say("all jobs are over");
        await SiteWaits.ReconciledAsync(site);
        var checks = new SiteChecks(site, output);
        _clock.Say("the daemon has asked sacct since");
        await OverAsync(site, "n006", "unreachable");
        await checks.SegmentsEqualAsync();
        await checks.RunsEqualAsync();
        _clock.Say("segments and runs equal sacct");
        await checks.SamplesAddUpAsync();
        _clock.Say("samples add up");
        Assert.Equal(0, await site.Daemon.StopAsync());
    }

    /// <summary>Memory goes on one node of a job, and comes back: its alert is in Alertmanager and at the webhook, and then in neither.</summary>
    private async Task FaultAsync(LiveSite site, string job)
    {
        await Waiting.ForAsync(async () => (await site.Daemon.JsonAsync("/api/v1/nodes/n003"))["jobs"]!.AsArray().Any(j => j!["job_id"]!.GetValue<string>() == job), "the daemon to know of the job");
        _clock.Say("the daemon knows which job is on n003: stress-ng starts there");
        using var leak = site.Slurm.StartStep(job, "n003", StressNg.Leak);
        await ShownAsync(site, "n003", "memory");
        // Step 0 is the job's own.
        await site.Slurm.RunAsync("scancel", $"{job}.1");
        await leak.WaitForExitAsync();
        _clock.Say("stress-ng is over");
        await OverAsync(site, "n003", "memory");
    }

    private async Task ShownAsync(LiveSite site, string node, string kind)
    {
        await Waiting.ForAsync(async () => (await site.Alertmanager.AlertsAsync()).Any(a => Is(a.GetProperty("labels"), node, kind)), $"Alertmanager to show {kind} of {node}");
        await Waiting.ForAsync(() => Told(site, "raised", node, kind).Any(), $"the webhook to be told of {kind} of {node}");
        var alert = Told(site, "raised", node, kind).Last();
        Assert.Equal([node], alert.GetProperty("nodes").EnumerateArray().Select(n => n.GetString()));
        _clock.Say($"{node} {kind} is in Alertmanager and at the webhook: {alert.GetProperty("evidence")}");
    }

    private async Task OverAsync(LiveSite site, string node, string kind)
    {
        await Waiting.ForAsync(async () => !(await site.Alertmanager.AlertsAsync()).Any(a => Is(a.GetProperty("labels"), node, kind)), $"Alertmanager to show {kind} of {node} no more");
        await Waiting.ForAsync(() => Told(site, "cleared", node, kind).Any(), $"the webhook to be told that {kind} of {node} is over");
        Assert.Equal(Told(site, "raised", node, kind).Select(a => a.GetProperty("id").GetString()).Distinct(), Told(site, "cleared", node, kind).Select(a => a.GetProperty("id").GetString()).Distinct());
        _clock.Say($"{node} {kind} is over in both");
    }

    private static IEnumerable<JsonElement> Told(LiveSite site, string change, string node, string kind) => site.Webhook.Accepted
        .Select(r => JsonDocument.Parse(r.Body).RootElement).Where(a => a.GetProperty("change").GetString() == change && Is(a.GetProperty("labels"), node, kind));

    private static bool Is(JsonElement labels, string node, string kind) =>
        labels.TryGetProperty("node", out var named) && named.GetString() == node && labels.GetProperty("kind").GetString() == kind;
}
