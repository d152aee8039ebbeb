using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Ingest.Slurm.Events;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration.Slurm;

/// <summary>The hooks under a real slurmctld: what they say at once, and what becomes of it when the accounting speaks.</summary>
[Collection(SlurmTests.Name)]
public sealed class RealHookSpec(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
    private readonly CommandGate _gate = new(TimeProvider.System);
    private readonly NodeLedger _ledger = new(TimeProvider.System);

    public void Dispose()
    {
        _gate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Hooks_tell_every_run_within_two_seconds_and_the_accounting_then_changes_nothing_more()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        var spool = Path.Combine(_folder, "spool");
        await using var slurm = await SlurmCluster.StartAsync(4, HookScripts.Configuration(_folder, spool));
        await slurm.SubmitAsync("-J", "new\nline\"|$(reboot)", "-N2", "--wrap", "sleep 2");
        await slurm.SubmitAsync("-J", "array", "--array=1-4%2", "--wrap", "sleep 1");
        await slurm.SubmitAsync("-J", "het", "-n1", ":", "-n1", "--wrap", "sleep 2");
        var requeued = await slurm.SubmitAsync("-J", "requeued", "-w", "n004", "--wrap", "sleep $((90 - 87 * (${SLURM_RESTART_COUNT:-0} > 0)))");
        await Waiting.ForAsync(async () => (await slurm.AccountedAsync("JobID,State")).Contains($"{requeued} RUNNING"), "the job to run");
        await slurm.RunAsync("scontrol", "requeue", requeued);
        await slurm.StartNowAsync(requeued);
        await Waiting.ForAsync(async () => (await slurm.AccountedAsync("JobID,State")).Contains($"{requeued} COMPLETED"), "its second run's end");
        await slurm.WaitSettledAsync();

        // 1 + 4 + 2 + 2 runs, a start and an end each.
        var hooks = new HookScripts(spool);
        await Waiting.ForAsync(() => hooks.Waiting.Length == 18, $"18 events; there are {hooks.Waiting.Length}");
        var batch = JobEventJson.Parse(hooks.Waiting.SelectMany(File.ReadAllBytes).ToArray(), Now());
        Assert.All(batch.Items, i => Assert.Null(i.Error));
        Assert.Contains(batch.Events, e => e.JobName == "new\nline\"|$(reboot)");
        await _ledger.AppendAsync(batch.Events, default);
        var told = _ledger.Runs().ToArray();
        output.WriteLine(string.Join('\n', told));

        var poller = new AccountingPoller(
            new SacctCommand(slurm.Programs, _gate, TimeProvider.System, () => "0123456789abcdef"), new AccountingPace(), _ledger, TimeProvider.System, () => 0);
        foreach (var e in batch.Events)
            poller.Observe(e);
        var plan = AccountingPlan.Start(new AccountingPace(), Now());
        await poller.AskAsync(plan, plan.Due(new AccountingPace(), plan.NextMs)!.Value, default);
        Assert.Null(poller.Health.Failure);
        var accounted = _ledger.Runs().ToArray();
        output.WriteLine(string.Join('\n', accounted));
        Assert.Equal(told.Length, accounted.Length);
        foreach (var (hook, right) in told.Zip(accounted))
            Assert.True(Near(hook, right), $"hooks say {hook}, the accounting {right}");
        Assert.DoesNotContain(_ledger.Events, e => e.State == JobState.NeverRan);
        Assert.All(_ledger.Runs().Select(r => r.Split(' ')[0]).Distinct(), n => Assert.All(_ledger.Of(n).Jobs, j => Assert.Equal(JobEventSource.Accounting, j.Said.Source)));
    }

    /// <summary>The same run on the same node, each time at most 2 s apart.</summary>
    private static bool Near(string a, string b)
    {
        var (x, y) = (a.Split(' ', '-'), b.Split(' ', '-'));
        return x[0] == y[0] && x[1] == y[1] && Enumerable.Range(2, 2).All(i => Math.Abs(double.Parse(x[i]) - double.Parse(y[i])) <= 2);
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
