using Tocsin.Daemon.Serve;
using Tocsin.Ingest.Backfill;
using Tocsin.Ingest.Recordings;
using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Ingest.Slurm.Commands;
using Tocsin.Shared;

namespace Tocsin.Daemon.Backtests;

/// <param name="Folder">Where the recording grows.</param>
/// <param name="Keep">It is somebody's: it stays, and one that is there is not thrown away.</param>
/// <param name="Jobs">A table of jobs; null = Slurm is asked.</param>
/// <param name="Users">By what users are named in the table; null = as sacct tells them.</param>
/// <param name="AsksEvents">Whether Slurm is asked what it knows of its nodes.</param>
internal sealed record HistoryRequest(BackfillOptions Backfill, string Folder, bool Keep, string? Jobs, KeyedNames? Users, bool AsksEvents, SlurmPrograms Programs);

/// <param name="Known">Null: nothing is known.</param>
/// <param name="SiteNodes">That there are, fetched or not.</param>
/// <param name="Notes">What is missing, for whoever reads the report.</param>
internal sealed record FetchedHistory(string Folder, IReadOnlyList<Incident>? Known, int SiteNodes, IReadOnlyList<string> Notes);

/// <summary>A site's own history out of its Prometheus and its Slurm, as a recording that a backtest plays.</summary>
internal sealed class HistoryFetch(HistoryRequest request, Action<string> say, TimeProvider clock)
{
    /// <exception cref="TocsinException">There is no history to be had; what was fetched is kept, and the same words go on with it.</exception>
    public async Task<FetchedHistory> RunAsync(CancellationToken stop)
    {
        var options = request.Backfill;
        if (!request.Keep && File.Exists(Path.Combine(request.Folder, ScrapeRecording.ScrapesFile)))
            Directory.Delete(request.Folder, recursive: true);
        using var run = new BackfillRun(options, request.Folder, clock);
        var past = await SlurmPast.AskAsync(request.Programs, new AccountingWindow(options.FromMs, options.UntilMs), request.Jobs is null, request.AsksEvents, clock, stop);
        foreach (var line in past.Missing)
            say(line);
        if (past.Jobs is { } told)
            say($"{told.Count} runs of jobs from sacct");
        if (past.Incidents is { } known)
            say($"{known.Count} times that nodes were down, drained or failed, from Slurm");
        var (plan, resumed) = await run.PlanAsync(stop);
        foreach (var line in BackfillText.Lines(plan, options, resumed))
            say(line);
        var jobs = request.Jobs ?? Table(past.Jobs);
        try
        {
            var progress = new BackfillText();
            var report = await run.FetchAsync(jobs, (done, all) =>
            {
                if (progress.Line(done, all) is { } line)
                    say(line);
            }, stop);
            foreach (var (reason, count) in report.Rejected)
                say($"series left out, {reason}: {count}");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new DependencyException("stopped; what is fetched is kept, the same words go on with it");
        }
        finally
        {
            if (request.Jobs is null && jobs is not null)
                File.Delete(jobs);
        }
        return new FetchedHistory(request.Folder, past.Incidents, plan.Types.Sum(t => t.Nodes), [.. past.Missing, .. Few(plan)]);
    }

    /// <summary>What nobody needs any more.</summary>
    public void Release()
    {
        if (!request.Keep && Directory.Exists(request.Folder))
            Directory.Delete(request.Folder, recursive: true);
    }

    private string? Table(IReadOnlyList<JobRun>? jobs)
    {
        if (jobs is null)
            return null;
        var path = request.Folder + ".jobs";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var users = new UserNames(request.Users, hashes: request.Users is not null);
        JobTableWriter.Write(path, jobs.Select(j => string.IsNullOrEmpty(j.User) ? j : j with { User = users.Stored(j.User) }));
        return path;
    }

    private static IEnumerable<string> Few(BackfillPlan plan)
    {
        var (chosen, all) = (plan.Types.Sum(t => t.Chosen.Count), plan.Types.Sum(t => t.Nodes));
        if (chosen < all)
            yield return $"{chosen} of {all} nodes were fetched, of each type some: --max-points raises that.";
    }
}
