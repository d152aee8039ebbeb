using System.Text.Json;
using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>kill -9 of the daemon at each step of each kind of action, on a real Slurm. Run by tests/acting --kills; a short one is among the tests.</summary>
[Collection(SlurmTests.Name)]
public sealed class KilledStepsMeasure(ITestOutputHelper output)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly string[] Moving = ["signal", "drain", "requeue"];

    [Fact]
    public async Task At_each_step_an_action_ends_as_what_it_was_and_has_one_effect_at_most()
    {
        if (Environment.GetEnvironmentVariable("ACTING_RUNS") is null)
        {
            output.WriteLine("a measurement, of a quarter of an hour: tests/acting --kills runs it");
            return;
        }
        if (ActingSite.IsLeftOut(output, JobKind.Counter))
            return;
        await using var site = await ActingSite.StartAsync(slow: true, asks: true);
        var outcomes = new List<KillOutcome>();
        var only = Environment.GetEnvironmentVariable("ACTING_STEPS")?.Split(',');
        try
        {
            foreach (var (step, at) in KillStep.All.Select((s, i) => (s, i)).Where(p => only?.Contains(p.s) != false))
            {
                var node = await DrillAsync(site, $"job{at}", ActingTimes.Node(at), withJob: true, Moving.ToDictionary(k => k, _ => step), outcomes);
                await SweepAsync(site, node);
            }
            // On a node without a job: where one was requeued while no daemon was there, what its nodes showed beside each other is over in the book only a quarter of an hour later.
            foreach (var step in KillStep.All.Concat(KillStep.OfUndrain).Where(s => only?.Contains(s) != false || only.Contains($"undrain-{s}")))
            {
                await DrillAsync(site, "", "n008", withJob: false, new Dictionary<string, string> { ["undrain"] = step }, outcomes);
                await SweepAsync(site, "n008");
            }
        }
        catch (Exception)
        {
            output.WriteLine(await site.StoryAsync());
            throw;
        }
        finally
        {
            foreach (var o in outcomes)
                output.WriteLine(FormattableString.Invariant($"| {o.Kind} | {o.Step} | {o.Was} | {o.Is} | {o.Says} | {o.Effects} | {o.Seconds:F0} s |"));
        }
        Assert.All(outcomes, KillRules.Check);
    }

    /// <summary>One kill of three kinds, among the tests; the drain's others are in <see cref="KilledDaemonSpec"/>.</summary>
    [Fact]
    public async Task A_move_goes_on_where_its_daemon_was_killed_before_approval_before_the_command_and_after_it()
    {
        if (Environment.GetEnvironmentVariable("ACTING_RUNS") is not null || ActingSite.IsLeftOut(output, JobKind.Counter))
            return;
        await using var site = await ActingSite.StartAsync(slow: true, asks: true);
        var outcomes = new List<KillOutcome>();
        try
        {
            await DrillAsync(site, "job", "n002", withJob: true, new Dictionary<string, string> { ["signal"] = "proposed", ["drain"] = "approved", ["requeue"] = "after" }, outcomes);
        }
        catch (Exception)
        {
            output.WriteLine(await site.StoryAsync());
            throw;
        }
        Assert.All(outcomes, KillRules.Check);
        Assert.All(outcomes, o => Assert.Equal(("done", 1), (o.Is, o.Effects)));
    }

    /// <returns>The node that fell ill.</returns>
    private async Task<string> DrillAsync(ActingSite site, string name, string node, bool withJob, Dictionary<string, string> plan, List<KillOutcome> outcomes)
    {
        JobFolder? job = null;
        string? id = null;
        if (withJob)
        {
            job = await JobFolder.MakeAsync(site.Slurm, JobKind.Counter, name);
            id = await job.SubmitAsync(site.Daemon.Address, 600, "tocsin:signal=USR1,requeue");
            await job.WorkingAsync(20);
            // Slurm prefers nodes in a row: after one that is out it may have taken others.
            var its = (await site.Slurm.RunAsync("scontrol", "show", "hostnames", job.Runs()[^1].Nodes)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            node = its.Contains(node) ? node : its[0];
        }
        using var fault = new NodeFault(site.Slurm, node);
        var found = await new KillDrill(site, node, job, id, plan).RunAsync(fault);
        outcomes.AddRange(found);
        output.WriteLine($"{node}: {string.Join("; ", found)}");
        fault.Over();
        if (id is not null)
            await site.Slurm.RunAsync("scancel", id);
        // After each: what was measured stays where a later one breaks off.
        if (Environment.GetEnvironmentVariable("ACTING_JSON") is { } file)
            await File.WriteAllTextAsync($"{file}.kills.json", JsonSerializer.Serialize(outcomes, Json));
        return node;
    }

    /// <summary>What a human would do with what is left: looks, closes, gives the node back; and keeps it out as long as something is open against it.</summary>
    private static async Task SweepAsync(ActingSite site, string node)
    {
        foreach (var action in (await site.ActionsAsync()).Where(a => a["state"]!.GetValue<string>() == "unknown"))
            await site.SayAsync(action, "close");
        foreach (var line in (await site.Slurm.RunAsync("scontrol", "--oneliner", "show", "reservation")).Split('\n').Where(l => l.StartsWith("ReservationName=tocsin-", StringComparison.Ordinal)))
            await site.Slurm.RunAsync("scontrol", "delete", line.Split(' ')[0]);
        if ((await site.Slurm.RunAsync("sinfo", "-h", "-N", "-n", node, "-o", "%T")).StartsWith("drain", StringComparison.Ordinal))
            await site.Slurm.RunAsync("scontrol", "update", $"nodename={node}", "state=resume");
        await site.Slurm.WaitIdleAsync(node);
        await Waiting.ForAsync(async () => (await site.Daemon.JsonAsync("/api/v1/actions"))["nodes_out"]!.AsArray().Count == 0, "no node to be out", TimeSpan.FromMinutes(3));
        try
        {
            await Waiting.ForAsync(async () => (await site.AlertsAsync(node)).Count == 0, "the alert to be over", TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            await site.Slurm.RunAsync("scontrol", "update", $"nodename={node}", "state=drain", "reason=still suspect");
        }
    }
}
