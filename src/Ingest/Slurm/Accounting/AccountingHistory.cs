using Tocsin.Shared;

namespace Tocsin.Ingest.Slurm.Accounting;

/// <summary>All runs of a stretch of the past.</summary>
/// <param name="Rows">In the order of their starts, each run once.</param>
/// <param name="Failure">Why the stretch is not whole, one line; null = it is.</param>
public sealed record PastRuns(IReadOnlyList<JobRow> Rows, Rejections Rejected, string? Failure);

/// <summary>Asks an accounting for days or months, window by window: one question at a time, halved where an answer is too large or too slow.</summary>
public static class AccountingHistory
{
    /// <summary>Runs that are kept; a stretch with more is asked for in parts.</summary>
    public const int MaxRuns = 5_000_000;

    private const long LongestMs = 6 * 3_600_000, ShortestMs = 60_000;

    /// <summary>The first failure that a smaller window does not mend ends it.</summary>
    public static async Task<PastRuns> AskAsync(IAccounting accounting, AccountingWindow stretch, CancellationToken stop)
    {
        var runs = new Dictionary<JobKey, JobRow>();
        var rejected = new Rejections();
        var span = LongestMs;
        for (var at = stretch.FromMs; at < stretch.UntilMs;)
        {
            var window = new AccountingWindow(at, Math.Min(at + span, stretch.UntilMs));
            var answer = await accounting.AskAsync(window, stop);
            if (answer is AccountingAnswer.Failed failed)
            {
                if (!failed.TooMuch || span <= ShortestMs)
                    return Result(failed.Reason);
                span = Math.Max(ShortestMs, span / 2);
                continue;
            }
            var told = (AccountingAnswer.Told)answer;
            rejected.Add(told.Rejected);
            foreach (var row in told.Rows)
            {
                // A crash can leave two rows of one run: the one that is over.
                if (!runs.TryGetValue(row.Key, out var known) || (row.EndMs ?? -1) > (known.EndMs ?? -1))
                    runs[row.Key] = row;
            }
            if (runs.Count > MaxRuns)
                return Result($"more than {MaxRuns:N0} runs: ask for fewer days");
            at = window.UntilMs;
            span = Math.Min(LongestMs, span * 2);
        }
        return Result(null);

        PastRuns Result(string? failure) => new([.. runs.Values.OrderBy(r => r.StartMs).ThenBy(r => r.JobId, StringComparer.Ordinal)], rejected, failure);
    }
}
