using System.Text.RegularExpressions;
using Tocsin.Checkpointing.Actions;
using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>What goes wrong between Tocsin and a Slurm, on a real one: jobs that end in between or do not listen, other hands on the same node, a controller that stands still, a
/// command that hangs.</summary>
[Collection(SlurmTests.Name)]
public sealed class RealBadDaysSpec(SmallSite site, ITestOutputHelper output) : IClassFixture<SmallSite>
{
    private const string Listens = "trap 'echo asked >>$said' USR1", OptedIn = "tocsin:signal=USR1,requeue";

    /// <summary>A command is given up after it. Shorter than a call is held up that is to hang.</summary>
    private static readonly ActionLimits Hasty = SmallSite.Limits with { CommandMs = 10_000 };

    [Fact]
    public async Task A_job_that_ends_between_the_last_look_and_the_command_is_neither_signalled_nor_run_again()
    {
        if (!await BeginsAsync())
            return;
        var (id, file) = await site.SubmitAsync("signalled", "n001", OptedIn, Listens);
        var job = await site.JobAsync(id);
        var signal = await site.BeginAsync(site.Propose(ActionKind.Signal, null, job.Identity));
        site.Slow.Hold("before", "--signal", "scancel");
        var run = site.RunAsync(signal, job.Consent);
        await site.Slow.HeldAsync();
        await site.EndAsync(id, file);
        var ended = (await run).Action;
        output.WriteLine($"signal: {ended.State}");
        Assert.DoesNotContain("asked", await File.ReadAllTextAsync(file));
        Assert.IsNotType<Started>(ended.State);

        (id, file) = await site.SubmitAsync("requeued", "n001", OptedIn, Listens);
        job = await site.JobAsync(id);
        await site.Slurm.RunAsync("scontrol", "update", "nodename=n001", "state=drain", "reason=by hand");
        var requeue = await site.BeginAsync(site.Propose(ActionKind.Requeue, "n001", job.Identity), acknowledged: true);
        Assert.IsType<Started>(requeue.State);
        site.Slow.Hold("before", "requeue");
        run = site.RunAsync(requeue, job.Consent);
        await site.Slow.HeldAsync();
        await site.EndAsync(id, file);
        ended = (await run).Action;
        output.WriteLine($"requeue: {ended.State}");
        // Slurm's program ends with 0 also where it left the job as it was.
        Assert.IsNotType<Started>(ended.State);
        var state = await site.StateAsync(id);
        Assert.Contains("JobState=COMPLETED", state);
        Assert.Contains("Restarts=0", state);
        await site.TidyAsync();
    }

    [Fact]
    public async Task A_job_without_a_handler_receives_nothing_and_one_that_ignores_the_signal_stays_where_it_is()
    {
        if (!await BeginsAsync())
            return;
        var before = site.Slow.Ran.Count;
        var (silent, _) = await site.SubmitAsync("silent", "n001", "", "");
        var job = await site.JobAsync(silent);
        Assert.Contains("no handler", Assert.IsType<Refused>((await site.BeginAsync(site.Propose(ActionKind.Signal, null, job.Identity))).State).Why);
        Assert.Contains("opt in", Assert.IsType<Refused>((await site.BeginAsync(site.Propose(ActionKind.Requeue, "n001", job.Identity), acknowledged: true)).State).Why);
        Assert.Equal(before, site.Slow.Ran.Count);
        Assert.Contains("JobState=RUNNING", await site.StateAsync(silent));

        var (deaf, file) = await site.SubmitAsync("deaf", "n002", OptedIn, "trap '' USR1");
        job = await site.JobAsync(deaf);
        var signal = (await site.RunAsync(await site.BeginAsync(site.Propose(ActionKind.Signal, null, job.Identity)), job.Consent)).Action;
        Assert.IsType<Done>(signal.State);
        // Its deadline passes: the node takes no new job, and this one is not touched.
        var drain = (await site.RunAsync(await site.BeginAsync(site.Propose(ActionKind.Drain, "n002", job.Identity)))).Action;
        Assert.IsType<Done>(drain.State);
        Assert.Contains("no checkpoint", Assert.IsType<Refused>((await site.BeginAsync(site.Propose(ActionKind.Requeue, "n002", job.Identity))).State).Why);
        var state = await site.StateAsync(deaf);
        Assert.Contains("JobState=RUNNING", state);
        Assert.Contains("Restarts=0", state);
        Assert.DoesNotContain("asked", await File.ReadAllTextAsync(file));
        await site.TidyAsync();
    }

    [Fact]
    public async Task A_drain_whose_reason_NHC_wrote_anew_is_not_taken_back_also_where_it_does_so_in_between()
    {
        if (!await BeginsAsync())
            return;
        foreach (var (nhc, between) in ((string, bool)[])[("NHC: check_fs_mount: /scratch", false), ("tocsin:ID ", false), ("tocsin:ID ", true), ("NHC: check_ps_loadavg: 99", true)])
        {
            var (drain, mark) = await site.RunAsync(await site.BeginAsync(site.Propose(ActionKind.Drain, "n001")));
            Assert.NotNull(mark);
            var undrain = site.Propose(ActionKind.Undrain, "n001", undoes: drain.Id);
            if (between)
            {
                undrain = await site.BeginAsync(undrain, mark: mark);
                site.Slow.Hold("after", "create reservation");
                var run = site.RunAsync(undrain, mark: mark);
                await site.Slow.HeldAsync();
                await OverwriteAsync(nhc, drain.Id, mark);
                Assert.Contains("not exactly ours", Assert.IsType<Failed>((await run).Action.State).Why);
            }
            else
            {
                await OverwriteAsync(nhc, drain.Id, mark);
                Assert.Contains("not exactly ours", Assert.IsType<Refused>((await site.BeginAsync(undrain, mark: mark)).State).Why);
            }
            Assert.Contains("drain", await site.Slurm.RunAsync("sinfo", "-h", "-N", "-n", "n001", "-o", "%T"));
            Assert.Equal(nhc.Replace("ID", $"{drain.Id}", StringComparison.Ordinal).Trim(), await site.ReasonAsync("n001"));
            Assert.Contains("No reservations", await site.Slurm.RunAsync("scontrol", "show", "reservation"));
            await site.TidyAsync();
        }
    }

    /// <param name="patient">The program of Slurm gives up by itself (MessageTimeout), and ends with 1 as where it was refused.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_Slurm_that_stands_still_is_no_answer_and_what_it_does_when_it_goes_on_is_found(bool patient)
    {
        if (!await BeginsAsync())
            return;
        var drain = await site.BeginAsync(site.Propose(ActionKind.Drain, "n001"));
        site.Slow.Hold("before", "State=DRAIN", seconds: 2);
        var run = site.RunAsync(drain, limits: patient ? SmallSite.Limits : Hasty);
        await site.Slow.HeldAsync();
        site.Slurm.SignalController("STOP");
        try
        {
            drain = (await run).Action;
            Assert.True(drain.State is Started, $"nobody knows: {drain.State}");
            Assert.Null(await site.LookAsync(drain, Hasty));
            drain = await site.RecoverAsync(drain, Hasty);
            Assert.True(drain.State is Started, $"still nobody knows: {drain.State}");
            var another = await site.RunAsync(drain with { Id = new ActionId(9_999) }, limits: Hasty);
            Assert.Contains("does not answer", Assert.IsType<Failed>(another.Action.State).Why);
        }
        finally
        {
            site.Slurm.SignalController("CONT");
        }
        // It was sent: Slurm does it once it can, though its program was ended long before.
        await Waiting.ForAsync(async () => await site.ReasonAsync("n001") == drain.Id.Reason, "Slurm to do what it was sent");
        Assert.Contains("observed", Assert.IsType<Done>((await site.RecoverAsync(drain)).State).What);
        Assert.Equal(1, Effects(drain));
        Assert.DoesNotContain("tocsin:9999", await File.ReadAllTextAsync(Path.Combine(site.Slurm.Folder, "log", "slurmctld.log")));
        await site.TidyAsync();
    }

    [Theory]
    [InlineData("before", 0)]
    [InlineData("after", 1)]
    public async Task A_command_that_hangs_is_ended_and_what_came_of_it_is_looked_for(string when, int effects)
    {
        if (!await BeginsAsync())
            return;
        var drain = await site.BeginAsync(site.Propose(ActionKind.Drain, "n002"));
        site.Slow.Hold(when, "State=DRAIN", seconds: 600);
        drain = (await site.RunAsync(drain, limits: Hasty)).Action;
        Assert.True(drain.State is Started, $"nobody knows: {drain.State}");
        var found = await site.RecoverAsync(drain);
        output.WriteLine($"{when}: {found.State}");
        Assert.Equal(effects == 1, found.State is Done);
        Assert.Equal(effects == 0, found.State is Failed);
        Assert.Equal(effects, Effects(drain));
        await site.TidyAsync();
    }

    [Fact]
    public async Task A_requeue_whose_program_nobody_waited_for_is_found_by_the_restart_count()
    {
        if (!await BeginsAsync())
            return;
        var (id, _) = await site.SubmitAsync("moved", "n001", OptedIn, Listens);
        var job = await site.JobAsync(id);
        await site.Slurm.RunAsync("scontrol", "update", "nodename=n001", "state=drain", "reason=by hand");
        var requeue = await site.BeginAsync(site.Propose(ActionKind.Requeue, "n001", job.Identity), acknowledged: true);
        site.Slow.Hold("after", "requeue", seconds: 600);
        requeue = (await site.RunAsync(requeue, job.Consent, limits: Hasty)).Action;
        Assert.True(requeue.State is Started, $"nobody knows: {requeue.State}");
        var now = await site.JobAsync(id);
        output.WriteLine($"{job.Identity}, then {now.Identity}, running {now.Running}");
        Assert.Contains("observed", Assert.IsType<Done>((await site.RecoverAsync(requeue)).State).What);
        await site.TidyAsync();
    }

    private int Effects(ActionRecord drain) => Regex.Count(File.ReadAllText(Path.Combine(site.Slurm.Folder, "log", "slurmctld.log")), $@"reason set to: {drain.Id.Reason}\b");

    private async Task<bool> BeginsAsync()
    {
        if (SlurmCluster.IsLeftOut(output))
            return false;
        await site.StartAsync();
        return true;
    }

    /// <summary>As NHC's node-mark-offline does: the reason anew, the time too. Within the second of ours nobody could tell.</summary>
    private async Task OverwriteAsync(string reason, ActionId drain, DrainMark mark)
    {
        await Waiting.ForAsync(() => SmallSite.Now() >= mark.SetMs + 1000, "the next second");
        await site.Slurm.RunAsync("scontrol", "update", "State=DRAIN", "NodeName=n001", $"Reason={reason.Replace("ID", $"{drain}", StringComparison.Ordinal)}");
    }
}
