using Tocsin.Ingest.Slurm;
using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration.Slurm;

/// <summary>A real Slurm's accounting, read while jobs come and go, against <c>sacct -D</c> read at the end.</summary>
[Collection(SlurmTests.Name)]
public sealed class ReconcileSpec(ITestOutputHelper output) : IDisposable
{
    private const string ShorterWhenAgain = "sleep $((90 - 87 * (${SLURM_RESTART_COUNT:-0} > 0)))";

    private readonly CommandGate _gate = new(TimeProvider.System);
    private readonly NodeLedger _ledger = new(TimeProvider.System);
    private AccountingPlan? _plan;
    private AccountingPoller? _poller;
    private int _delimiters;

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task The_timeline_of_jobs_arrays_requeues_and_a_dead_node_equals_sacct()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        await using var slurm = await SlurmCluster.StartAsync();
        await slurm.SubmitAsync("-J", "new\nline|pipe", "--wrap", "sleep 3");
        await slurm.SubmitAsync("-J", "$(reboot);`id`'\"\\", "-N3", "--wrap", "sleep 4");
        await slurm.SubmitAsync("-J", "array", "--array=1-5%2", "--wrap", "sleep 1");
        await slurm.SubmitAsync("-J", "het", "-n1", ":", "-n1", "--wrap", "sleep 2");
        await slurm.SubmitAsync("-J", "held", "-H", "--wrap", "true");
        var requeued = await slurm.SubmitAsync("-J", "requeued", "--requeue", "-w", "n008", "--wrap", ShorterWhenAgain);
        var dead = await slurm.SubmitAsync("-J", "dead", "--requeue", "-N2", "-w", "n004,n005", "--wrap", ShorterWhenAgain);
        var failed = await slurm.SubmitAsync("-J", "failed", "--no-requeue", "-w", "n005", "--wrap", "sleep 60");
        var cancelled = await slurm.SubmitAsync("-J", "cancelled", "-w", "n006", "--wrap", "sleep 60");
        await RunningAsync(slurm, requeued, dead, failed, cancelled);
        await AskAsync(slurm);
        Assert.Contains(_ledger.Of("n005").Jobs, j => j.Run.JobId == failed && j.Run.EndMs is null);

        slurm.KillNode("n005");
        await slurm.RunAsync("scontrol", "requeue", requeued);
        await slurm.RunAsync("scancel", cancelled);
        await Waiting.ForAsync(async () => (await slurm.RunAsync("sinfo", "-h", "-n", "n005", "-o", "%T")).StartsWith("down", StringComparison.Ordinal), "n005 down");
        await AskAsync(slurm);
        slurm.StartNode("n005");
        await slurm.WaitIdleAsync("n005");
        foreach (var job in (string[])[requeued, dead])
            await slurm.StartNowAsync(job);
        await slurm.RunAsync("scancel", "--name=held");
        // The accounting lags: an empty queue says nothing about its rows.
        await Waiting.ForAsync(
            async () => (await slurm.AccountedAsync("JobID,State")).Count(r => r == $"{requeued} COMPLETED" || r == $"{dead} COMPLETED") == 2, "both second runs in the accounting");
        await slurm.WaitSettledAsync();
        await AskAsync(slurm);

        await EqualAsync(slurm);
        var states = _ledger.Events.GroupBy(e => e.JobId).ToDictionary(g => g.Key, g => g.Select(e => e.State).ToHashSet());
        Assert.Contains(JobState.Requeued, states[requeued]);
        Assert.Contains(JobState.NodeFailed, states[dead]);
        Assert.Contains(JobState.NodeFailed, states[failed]);
        Assert.Contains(JobState.Cancelled, states[cancelled]);
        Assert.Equal(2, _ledger.Of("n004").Jobs.Count(j => j.Run.JobId == dead));
        Assert.Contains(_ledger.Events, e => e.JobName == "new\nline|pipe");
        // The accounting turns a double quote into a backtick.
        Assert.Contains(_ledger.Events, e => e.JobName == "$(reboot);`id`'`\\");
        Assert.Equal(0, _poller!.Health.Rejected);
    }

    /// <summary>slurmctld that dies within seconds of a submit forgets the job, and the next one gets its id.</summary>
    [Fact]
    public async Task A_job_that_slurmctld_forgot_ends_when_its_id_is_used_again()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        await using var slurm = await SlurmCluster.StartAsync();
        string lost, next, node;
        var tries = 0;
        do
        {
            Assert.True(tries++ < 5, "slurmctld saved its state before it was killed, five times");
            // Another node each time: on the last one slurmctld may still be after what it did not forget.
            node = $"n00{tries}";
            lost = await slurm.SubmitAsync("-J", "lost", "-w", node, "--wrap", "sleep 100");
            await RunningAsync(slurm, lost);
            slurm.KillController();
            await slurm.StartControllerAsync();
            await Waiting.ForAsync(async () => (await slurm.RunAsync("sinfo", "-h", "-n", "n008", "-o", "%T")).StartsWith("idle", StringComparison.Ordinal), "n008 idle");
            await slurm.RunAsync("scancel", "--user=root");
            next = await slurm.SubmitAsync("-J", "next", "-w", "n008", "--wrap", "sleep 2");
        }
        while (next != lost);
        await Waiting.ForAsync(async () => (await slurm.AccountedAsync("JobID,NodeList,State")).Contains($"{next} n008 COMPLETED"), "the next job's end in the accounting");
        await AskAsync(slurm);

        var accounted = await slurm.AccountedAsync("JobID,NodeList,State");
        output.WriteLine(string.Join('\n', accounted));
        Assert.Contains($"{lost} {node} RUNNING", accounted);
        var run = _ledger.Of(node).Jobs.Last();
        Assert.Equal((lost, JobState.Lost), (run.Run.JobId, run.Said.State));
        Assert.NotNull(run.Run.EndMs);
        Assert.Equal(JobState.Completed, _ledger.Of("n008").Jobs.Last().Said.State);
    }

    /// <summary>Until slurmctld knows that a node is dead it gives it jobs; what sacct then said of them it may take back.</summary>
    [Fact]
    public async Task Jobs_that_were_given_to_a_dead_node_are_on_it_only_as_long_as_sacct_says_so()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        await using var slurm = await SlurmCluster.StartAsync();
        slurm.KillNode("n006");
        var array = await slurm.SubmitAsync("-J", "array", "--array=1-3", "-w", "n006", "--wrap", "sleep 2");
        var alone = await slurm.SubmitAsync("-J", "alone", "--requeue", "-w", "n006", "--wrap", "sleep 2");
        await RunningAsync(slurm, $"{array}_1", alone);
        await AskAsync(slurm);
        Assert.Contains(_ledger.Of("n006").Jobs, j => j.Run.JobId == alone && j.Run.EndMs is null);
        await Waiting.ForAsync(async () => (await slurm.RunAsync("sinfo", "-h", "-n", "n006", "-o", "%T")).StartsWith("down", StringComparison.Ordinal), "n006 down");
        output.WriteLine(string.Join('\n', await slurm.AccountedAsync("JobIDRaw,JobID,Submit,Start,End,State,NodeList")));
        await AskAsync(slurm);
        slurm.StartNode("n006");
        await slurm.WaitIdleAsync("n006");
        await Waiting.ForAsync(async () => (await slurm.AccountedAsync("JobID,State")).Contains($"{alone} COMPLETED"), "the job to run", TimeSpan.FromMinutes(4));
        await slurm.WaitSettledAsync();
        output.WriteLine(string.Join('\n', await slurm.AccountedAsync("JobIDRaw,JobID,Submit,Start,End,State,NodeList")));
        await AskAsync(slurm);
        output.WriteLine(string.Join('\n', _ledger.Events));
        await EqualAsync(slurm);
    }

    [Fact]
    public async Task An_accounting_that_is_away_is_an_answer()
    {
        if (SlurmCluster.IsLeftOut(output))
            return;
        var programs = new SlurmPrograms("/usr/bin", "/nowhere/slurm.conf");
        var answer = await new SacctCommand(programs, _gate, TimeProvider.System, Delimiter).AskAsync(new AccountingWindow(0, 1000), default);
        // sacct may try for half a minute: then it is its limit that ends it.
        Assert.StartsWith("sacct ", Assert.IsType<AccountingAnswer.Failed>(answer).Reason, StringComparison.Ordinal);
    }

    private static Task RunningAsync(SlurmCluster slurm, params string[] jobs) => Waiting.ForAsync(
        async () =>
        {
            var running = (await slurm.AccountedAsync("JobID,State")).ToHashSet();
            return jobs.All(j => running.Contains($"{j} RUNNING"));
        },
        $"jobs {string.Join(',', jobs)} to run");

    private async Task AskAsync(SlurmCluster slurm)
    {
        _poller ??= new AccountingPoller(
            new SacctCommand(slurm.Programs, _gate, TimeProvider.System, Delimiter), new AccountingPace(), _ledger, TimeProvider.System, () => 0);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        // The pace keeps questions 30 s apart; here the time is not waited for.
        _plan = (_plan ?? AccountingPlan.Start(new AccountingPace(), now)) with { NextMs = now };
        _plan = await _poller.AskAsync(_plan, _plan.Due(new AccountingPace(), now)!.Value, default);
        Assert.Null(_poller.Health.Failure);
    }

    private string Delimiter() => $"0123456789abcdef{_delimiters++}";

    private async Task EqualAsync(SlurmCluster slurm)
    {
        var theirs = new List<string>();
        foreach (var row in await slurm.AccountedAsync("JobID,Start,End,NodeList"))
        {
            var fields = row.Split(' ');
            if (fields[3] == "None" || fields[1] == fields[2])
                continue;
            foreach (var node in (await slurm.RunAsync("scontrol", "show", "hostnames", fields[3])).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                theirs.Add($"{node} {fields[0]} {fields[1]}-{fields[2]}");
        }
        output.WriteLine(string.Join('\n', theirs));
        Assert.NotEmpty(theirs);
        Assert.Equal(theirs.Order(StringComparer.Ordinal), _ledger.Runs());
    }
}

/// <summary>Clusters of a dozen daemons each: one at a time, beside tests of other things.</summary>
[CollectionDefinition(Name)]
public sealed class SlurmTests
{
    public const string Name = "slurm";
}
