using System.Text.Json.Nodes;
using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>The whole of it on a real Slurm: a node's fault is alerted, the job is asked and writes, the node is drained, the job goes on elsewhere from what it wrote, and after the
/// fault the node comes back. One run in the tests; tests/acting runs more and writes them down.</summary>
[Collection(SlurmTests.Name)]
public sealed class WithTocsinMeasure(ITestOutputHelper output)
{
    [Theory]
    [InlineData(JobKind.Counter)]
    [InlineData(JobKind.Lammps)]
    internal async Task A_failing_node_is_left_in_time_and_comes_back_after_its_check(JobKind kind)
    {
        var measured = int.TryParse(Environment.GetEnvironmentVariable("ACTING_RUNS"), out var runs);
        if (ActingSite.IsLeftOut(output, kind))
            return;
        if (!measured && kind == JobKind.Lammps)
        {
            output.WriteLine("a measurement, of minutes: tests/acting runs it; that LAMMPS goes on from its restart files is tested with the executor alone");
            return;
        }
        runs = measured ? runs : 1;
        await using var site = await ActingSite.StartAsync();
        var results = new List<ActingResult>();
        try
        {
            for (var run = 0; run < runs; run++)
            {
                results.Add(await OneAsync(site, kind, run, runs));
                output.WriteLine(results[^1].ToString() + string.Join(' ', results[^1].Seconds));
                if (measured && Environment.GetEnvironmentVariable("ACTING_JSON") is { } file)
                    ActingResult.Write($"{file}.with.{kind}.json", results);
            }
        }
        catch (Exception)
        {
            output.WriteLine(await site.StoryAsync());
            throw;
        }
        output.WriteLine(ActingResult.Summary(results));
    }

    private async Task<ActingResult> OneAsync(ActingSite site, JobKind kind, int run, int runs)
    {
        var (slurm, phase, node) = (site.Slurm, ActingTimes.Phase(run, runs), ActingTimes.Node(run));
        var job = await JobFolder.MakeAsync(slurm, kind, $"job{run}");
        var before = (await site.ActionsAsync()).Count;
        var id = await job.SubmitAsync(site.Daemon.Address, ActingTimes.Period, "tocsin:requeue");
        var fault = await FaultRun.BeginAsync(job, phase);
        var whole = job.Checkpoints().Count;
        using var broken = new NodeFault(slurm, node);
        broken.Squeeze();
        broken.Eat();
        var times = new Dictionary<string, double>();
        using var watching = new CancellationTokenSource();
        var hang = HangAsync(fault, broken, times, watching.Token);
        var atEnd = await WatchAsync(site, job, node, id, fault, times, before);
        var cost = await fault.EndAsync(atEnd);
        await hang;
        broken.Over();
        // The node may hang before its job has written, or its client could say so: Slurm requeues the job then, and calls the node down by itself.
        if (times.ContainsKey("drained"))
        {
            await Waiting.ForAsync(async () => Is(await site.ActionsAsync(), before, "undrain", "done"), $"{node} to be given back", TimeSpan.FromMinutes(5));
            times["returned"] = fault.Clock.Elapsed.TotalSeconds;
        }
        await slurm.WaitIdleAsync(node);

        output.WriteLine(string.Join('\n', job.Runs()) + '\n' + string.Join('\n', (await site.ActionsAsync()).Skip(before).Select(a => $"{a["id"]} {a["kind"]} {a["node"]} {a["job"]} {a["state"]} {a["reason"]} | {a["says"]}")));
        Assert.DoesNotContain(node, await slurm.RunAsync("scontrol", "show", "hostnames", job.Runs()[^1].Nodes));
        Assert.All((await site.ActionsAsync()).Skip(before), a => Assert.True(a["state"]!.GetValue<string>() is "done" or "refused", a.ToJsonString()));
        if (times.ContainsKey("written"))
            Assert.True(job.Checkpoints().Count > whole, "it wrote when it was asked");
        else
            Assert.True(runs > 1, "it was asked, and did not write in time");
        await slurm.RunAsync("scancel", id);
        await slurm.WaitIdleAsync([.. slurm.Nodes]);
        return new ActingResult(kind.ToString(), true, run, node, phase, cost.Redone, cost.Lost, cost.BackAfter, times);
    }

    private static async Task HangAsync(FaultRun fault, NodeFault broken, Dictionary<string, double> times, CancellationToken stop)
    {
        await Waiting.ForAsync(() => stop.IsCancellationRequested || fault.Clock.Elapsed.TotalSeconds >= ActingTimes.Lead, "the node to hang");
        broken.Hang();
        lock (times)
            times["hung"] = fault.Clock.Elapsed.TotalSeconds;
    }

    /// <summary>Until the job runs again; what it had done when its first run ended.</summary>
    private static async Task<double[]> WatchAsync(ActingSite site, JobFolder job, string node, string id, FaultRun fault, Dictionary<string, double> times, int before)
    {
        using var done = new CancellationTokenSource();
        var seen = SeenAsync();
        try
        {
            return await FaultRun.RequeuedAsync(site.Slurm, job, id);
        }
        finally
        {
            await done.CancelAsync();
            await seen;
        }

        async Task SeenAsync()
        {
            while (!done.IsCancellationRequested)
            {
                if ((await site.AlertsAsync(node)).Count > 0)
                    First("alert");
                var actions = (await site.ActionsAsync()).Skip(before).ToList();
                foreach (var (kind, word) in (ReadOnlySpan<(string, string)>)[("signal", "asked"), ("drain", "drained"), ("requeue", "requeued")])
                {
                    if (actions.Any(a => Text(a, "kind") == kind && Text(a, "state") == "done"))
                        First(word);
                }
                if (actions.Any(a => a["acknowledged"]?.GetValue<bool>() == true))
                    First("written");
                await Task.Delay(100, CancellationToken.None);
            }
        }

        void First(string word)
        {
            lock (times)
                times.TryAdd(word, fault.Clock.Elapsed.TotalSeconds);
        }
    }

    private static bool Is(IReadOnlyList<JsonNode> actions, int before, string kind, string state) => actions.Skip(before).Any(a => Text(a, "kind") == kind && Text(a, "state") == state);

    private static string Text(JsonNode action, string field) => action[field]!.GetValue<string>();
}
