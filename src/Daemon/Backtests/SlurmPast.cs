using System.Security.Cryptography;
using Tocsin.Daemon.Checking;
using Tocsin.Ingest.Sites;
using Tocsin.Ingest.Slurm;
using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Backtests;

/// <summary>What Slurm tells of a stretch of the past.</summary>
/// <param name="Jobs">Null: not known.</param>
/// <param name="Incidents">Null: not known.</param>
/// <param name="Missing">What is not known, why, and what to do about it, a line each.</param>
internal sealed record SlurmPast(IReadOnlyList<JobRun>? Jobs, IReadOnlyList<Incident>? Incidents, IReadOnlyList<string> Missing)
{
    private const string JobsHelp = "give --jobs FILE (JobID|JobName|Start|End|NodeList), or run this where sacct answers";
    private const string EventsHelp = "give --node-events FILE, or run this where sacctmgr answers";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>A job that ended with NODE_FAIL so near to a node's event is that event.</summary>
    private const long SameMs = 5 * 60_000;

    /// <summary>Asks sacct for the jobs and sacctmgr for the events, where these programs are.</summary>
    public static async Task<SlurmPast> AskAsync(SlurmPrograms programs, AccountingWindow stretch, bool jobs, bool events, TimeProvider clock, CancellationToken stop)
    {
        if (!jobs && !events)
            return new SlurmPast(null, null, []);
        if (!SiteCheck.HasPrograms(programs))
            return new SlurmPast(null, null, [.. Lines(jobs ? $"Jobs are not known, so that every node counts as idle all the time: there is no Slurm on this machine; {JobsHelp}." : null,
                events ? $"What Slurm knows of its nodes is not known, so that nothing can be said of hits: there is no Slurm on this machine; {EventsHelp}." : null)]);
        using var gate = new CommandGate(clock);
        var sacct = new SacctCommand(programs, gate, clock, () => Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        var runs = await AccountingHistory.AskAsync(sacct, stretch, stop);
        var rejected = runs.Rejected.Total > 0 ? $"{runs.Rejected.Total} rows of sacct could not be read and are left out." : null;
        var noJobs = runs.Failure is null ? null : $"Jobs are not known, so that every node counts as idle all the time: {runs.Failure}; {JobsHelp}.";
        var outcome = await gate.RunAsync(NodeEventCommand.Build(programs, await ClusterAsync(programs, gate, stop), stretch.FromMs, stretch.UntilMs), stop);
        var noEvents = outcome.Failure is null ? null : $"What Slurm knows of its nodes is not known, so that nothing can be said of hits: {outcome.Failure}; {EventsHelp}.";
        var known = outcome.Failure is null ? NodeEventTable.Read(outcome.Output.Split('\n'), "sacctmgr show event") : null;
        return new SlurmPast(runs.Failure is null ? [.. runs.Rows.Select(Run)] : null, known is null ? null : [.. known, .. Unexplained(runs.Rows, known)], [.. Lines(jobs ? rejected : null, jobs ? noJobs : null, events ? noEvents : null)]);
    }

    /// <summary>Runs that ended because a node failed, where no event of a node says so: which of their nodes it was, nobody knows.</summary>
    public static IEnumerable<Incident> Unexplained(IReadOnlyList<JobRow> runs, IReadOnlyList<Incident> known)
    {
        foreach (var run in runs.Where(r => r.State == JobState.NodeFailed && r.EndMs is not null))
        {
            var incident = new Incident(Run(run).Nodes, run.EndMs!.Value, null, OneLine.Of($"NODE_FAIL: job {run.JobId} ({run.JobName})", NodeEventTable.MaxText), Injected: false);
            if (!known.Any(k => k.IsOn(incident.Nodes) && Math.Abs(k.StartMs - incident.StartMs) <= SameMs))
                yield return incident;
        }
    }

    private static JobRun Run(JobRow row)
    {
        Hostlist.Expand(row.NodeList, out var nodes);
        return new JobRun(row.JobId, row.JobName, row.User, row.StartMs, row.EndMs, nodes);
    }

    /// <summary>One slurmdbd may hold several clusters; empty where slurmctld does not say which is this one.</summary>
    private static async Task<string> ClusterAsync(SlurmPrograms programs, CommandGate gate, CancellationToken stop)
    {
        var told = await gate.RunAsync(new CommandLimits(programs.Path("scontrol"), ["show", "config"], programs.Environment(), Limit, 1 << 20), stop);
        var name = told.Failure is null ? SlurmSettings.Read(told.Output).GetValueOrDefault("ClusterName") ?? "" : "";
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? name : "";
    }

    private static IEnumerable<string> Lines(params IEnumerable<string?> lines) => lines.OfType<string>();
}
