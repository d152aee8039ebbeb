using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Alerts;
using Tocsin.Daemon.Serve.Scores;
using Tocsin.Daemon.Serve.Verdicts;
using Tocsin.Ingest.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Reports;

/// <summary>Gathers what is stored of a job. Any thread.</summary>
internal sealed class ReportSource(IHistoryReader history, IAlertReader alerts, IVerdictDesk verdicts, ScoreHistory scores, Func<UserNames> users, string cluster, TimeSpan cadence, TimeProvider clock)
{
    /// <summary>How late an alert may be raised after its onset and still be found: data came late, or nobody was there.</summary>
    private const long LateMs = 86_400_000;

    private const int MostRuns = 20, MostAlerts = 20_000, Page = 1000, MostSegments = 1000;

    /// <param name="user">Only runs of this user's; null = of all.</param>
    /// <returns>Null where there is no such job, or none of the user's.</returns>
    /// <exception cref="DependencyException">The store cannot be asked now.</exception>
    public async Task<JobReport?> FindAsync(string jobId, string? user, CancellationToken stop)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var runs = (await history.FindAsync(new JobQuery(JobId: jobId, Limit: MostRuns), stop)).Where(r => r.JobId == jobId && r.StartMs is not null && (user is null || users().IsOf(r.User, user)))
            // Who asks for his own is told his name and no hash.
            .Select(r => user is null ? r : r with { User = user }).ToList();
        if (runs.Count == 0)
            return null;
        var reports = new List<RunReport>();
        foreach (var run in runs)
            reports.Add(RunReport.Of(await FactsAsync(run, nowMs, discreet: user is not null, stop), (long)cadence.TotalMilliseconds));
        return new JobReport(cluster, jobId, nowMs, reports);
    }

    /// <param name="discreet">What an alert says of other jobs is left out.</param>
    private async Task<RunFacts> FactsAsync(JobEvent run, long nowMs, bool discreet, CancellationToken stop)
    {
        var (fromMs, untilMs) = (run.StartMs!.Value, run.EndMs ?? nowMs);
        // What cannot be read has been refused long before.
        var names = Hostlist.Expand(run.NodeList, out var expanded) is null ? expanded.Take(RunFacts.MostNodes).ToList() : [];
        var nodes = new List<NodeFacts>();
        foreach (var name in names)
        {
            var key = new NodeKey(cluster, name);
            var segments = await history.FindAsync(new SegmentQuery(fromMs, Math.Max(untilMs, fromMs + 1), key, null, MostSegments), stop);
            nodes.Add(new NodeFacts(name, segments, Scores(key, fromMs, untilMs)));
        }
        var found = await AlertsAsync(run, [.. names], fromMs, untilMs, stop);
        var said = (await verdicts.FindAsync(new VerdictQuery([.. found.Select(a => a.Id)], Limit: int.MaxValue), stop))
            .Where(v => v.Verdict.UndoneMs is null).GroupBy(v => v.Verdict.Alert).ToDictionary(g => g.Key, g => g.First().Verdict);
        return new RunFacts(
            run, nodes, [.. found.Select(a => new AlertFact(discreet ? a with { Evidence = a.Summary + "." } : a, said.GetValueOrDefault(a.Id))).OrderBy(a => a.Alert.SinceMs)], untilMs);
    }

    private async Task<List<Alert>> AlertsAsync(JobEvent run, HashSet<string> names, long fromMs, long untilMs, CancellationToken stop)
    {
        var found = new List<Alert>();
        long? before = null;
        var lastMs = untilMs + (long)RunFacts.After.TotalMilliseconds;
        for (var seen = 0; seen < MostAlerts; seen += Page)
        {
            var page = await alerts.FindAsync(new AlertQuery(fromMs, lastMs + LateMs, Before: before, Limit: Page), stop);
            // What became part of another alert is told there.
            found.AddRange(page.Where(a => a.SinceMs < lastMs && a.Reason != ClearReason.Merged
                && (a.Nodes.Any(names.Contains) || a.NodeCount > a.Nodes.Count || (a.Job is { } job && job.JobId == run.JobId && job.StartMs == run.StartMs))));
            if (page.Count < Page)
                break;
            before = page[^1].Id.Number;
        }
        return found;
    }

    private List<ScorePoint> Scores(NodeKey node, long fromMs, long untilMs)
    {
        var stretch = scores.Read(node, fromMs, untilMs);
        return [.. stretch.Scores.Select((s, i) => new ScorePoint((stretch.First + i) * scores.StepMs, s, stretch.Thresholds[i])).Where(p => !float.IsNaN(p.Score))];
    }
}
