using Tocsin.Integration.Slurm;

namespace Tocsin.Integration.Live;

internal static class SiteWaits
{
    public static Task RunningAsync(SlurmCluster slurm, params string[] jobs) => Waiting.ForAsync(
        async () =>
        {
            var running = (await slurm.AccountedAsync("JobID,State")).ToHashSet();
            return jobs.All(j => running.Contains($"{j} RUNNING"));
        },
        $"jobs {string.Join(',', jobs)} to run");

    /// <summary>The daemon has asked the accounting after now, every record is applied, and every node has frames from after it.</summary>
    public static async Task ReconciledAsync(LiveSite site)
    {
        var now = DateTimeOffset.UtcNow;
        // The age is NaN until the first answer: no time is longer.
        await Waiting.ForAsync(async () => (DateTimeOffset.UtcNow - now).TotalSeconds > await site.MetricAsync("tocsin_sacct_age_seconds"), "a question to sacct from after the jobs' end");
        await FramesAsync(site);
        Assert.Equal(0, await site.MetricAsync("tocsin_sacct_failures_in_a_row"));
        Assert.Equal(0, await site.MetricAsync("tocsin_sacct_rejected_total"));
    }

    /// <summary>All nodes have frames from after now.</summary>
    public static Task FramesAsync(LiveSite site)
    {
        var now = DateTimeOffset.UtcNow;
        return Waiting.ForAsync(
            async () => (await site.ListAsync("/api/v1/nodes", "nodes")).Count(n => n["frame"] is { } frame && SiteChecks.Time(frame) > now) == site.Slurm.Nodes.Count, "a frame of each node");
    }
}
