using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>A job that leaks takes its leak along wherever it goes: it is alerted, may be asked for a checkpoint, and stays.</summary>
[Collection(SlurmTests.Name)]
public sealed class LeakingJobSpec(ITestOutputHelper output)
{
    [Fact]
    public async Task A_leaking_job_is_alerted_and_neither_it_nor_its_nodes_are_moved()
    {
        if (ActingSite.IsLeftOut(output, JobKind.Counter))
            return;
        await using var site = await ActingSite.StartAsync();
        try
        {
            var job = await JobFolder.MakeAsync(site.Slurm, JobKind.Counter, "job");
            await job.SubmitAsync(site.Daemon.Address, 600, "tocsin:requeue");
            await job.WorkingAsync(20);
            var nodes = (await site.Slurm.RunAsync("scontrol", "show", "hostnames", job.Runs()[0].Nodes)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            // What is in use before anyone knows the job is the node's own: the job must be known where it runs.
            await Waiting.ForAsync(
                async () => (await site.Daemon.JsonAsync($"/api/v1/nodes?job={job.Runs()[0].JobId}"))["nodes"]!.AsArray().Count == nodes.Length, "the job to be known on all of its nodes", TimeSpan.FromMinutes(3));
            job.Leak();
            await Waiting.ForAsync(
                async () => (await site.AlertsAsync(nodes[0])).Any(a => a["cause"]!.GetValue<string>() == "job" && a["nodes"]!.AsArray().Count == nodes.Length), "one alert of the job, with all of its nodes", TimeSpan.FromMinutes(3));
            // A checkpoint was proposed on its account: whatever would move it would have been, by now.
            await Waiting.ForAsync(async () => (await site.ActionsAsync()).Any(a => a["kind"]!.GetValue<string>() == "signal" && a["state"]!.GetValue<string>() == "done"), "the job to be asked for a checkpoint", TimeSpan.FromMinutes(3));
            await Waiting.ForAsync(() => job.Checkpoints().Count > 0, "the job to write it", TimeSpan.FromMinutes(3));
            var actions = await site.ActionsAsync();
            output.WriteLine(string.Join('\n', actions.Select(a => a.ToJsonString())));
            Assert.All(actions, a => Assert.Equal("signal", a["kind"]!.GetValue<string>()));
            Assert.Single(job.Runs());
            Assert.DoesNotContain("drain", await site.Slurm.RunAsync("sinfo", "-h", "-N", "-o", "%T"));
        }
        catch (Exception)
        {
            output.WriteLine(await site.StoryAsync());
            throw;
        }
    }
}
