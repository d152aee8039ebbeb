using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Accounting;

/// <summary>What is known of a cluster's runs, held against what the accounting tells: the events that make the one equal the other.</summary>
/// <remarks>
/// <see cref="Decide"/> changes nothing; <see cref="Accept"/> does, once the events are in the log. An event that is sent again does no harm, so a
/// reconciler that begins anew is only louder than one that knows. One thread at a time.
/// </remarks>
/// <param name="keepMs">How long a run that is over is kept: longer than the longest window, or a wide window tells all of it again.</param>
public sealed class Reconciler(long keepMs = 25_200_000)
{
    /// <summary>Runs kept; beyond it those that ended first go.</summary>
    public const int MaxRuns = 500_000;

    /// <summary>Answers in a row in which a run that still ran was not told, before it counts as lost.</summary>
    private const int Misses = 2;

    private readonly Dictionary<JobKey, KnownRun> _runs = [];

    /// <summary>What hooks said and the accounting has not yet.</summary>
    public HookLedger Hooks { get; } = new();

    public int Runs => _runs.Count;

    /// <param name="window">What was asked for: every run that was on in it is in <paramref name="told"/>.</param>
    /// <param name="asOfMs">When it was asked.</param>
    public Reconciliation Decide(AccountingAnswer.Told told, AccountingWindow window, long asOfMs)
    {
        var now = Latest(told.Rows, asOfMs);
        // A row that could not be read may be the very run: then nothing is missed.
        if (told.Rejected.Total == 0)
        {
            TakeBack(now, window, asOfMs);
            Miss(now, window, asOfMs);
        }
        EndReused(now, asOfMs);
        var events = now.Where(r => !_runs.TryGetValue(r.Key, out var known) || !SameWord(known.Told, r.Value.Told)).Select(r => r.Value.Told).ToList();
        var byId = now.Values.Concat(_runs.Where(r => !now.ContainsKey(r.Key)).Select(r => r.Value)).Select(r => r.Told).ToLookup(e => e.JobId, StringComparer.Ordinal);
        var hooks = Hooks.Decide(byId, asOfMs);
        events.AddRange(hooks.Events);
        events.Sort(ByTime);
        return new Reconciliation(events, now, hooks, asOfMs);
    }

    /// <summary>The events are in the log.</summary>
    public void Accept(Reconciliation done)
    {
        foreach (var (key, run) in done.Runs)
            _runs[key] = run;
        Hooks.Accept(done.Hooks);
        foreach (var (key, run) in _runs)
        {
            // A lost one is kept as long as the accounting has it as running.
            if (run.Told.EndMs < done.AsOfMs - keepMs && !done.Runs.ContainsKey(key))
                _runs.Remove(key);
        }
        if (_runs.Count <= MaxRuns)
            return;
        foreach (var (key, _) in _runs.OrderBy(r => r.Value.Told.EndMs ?? long.MaxValue).Take(_runs.Count - MaxRuns).ToArray())
            _runs.Remove(key);
    }

    /// <summary>One word a run: where a crash left two rows, the one that is over.</summary>
    private Dictionary<JobKey, KnownRun> Latest(IReadOnlyList<JobRow> rows, long asOfMs)
    {
        var now = new Dictionary<JobKey, KnownRun>(rows.Count);
        foreach (var row in rows)
        {
            var run = new KnownRun(row.RawId, row.Event(JobEventSource.Accounting, asOfMs), 0, asOfMs);
            // Once lost it stays so, though the accounting has it as running for ever, unless it tells an end after all.
            if (row.EndMs is null && _runs.TryGetValue(row.Key, out var known) && known.Told.State == JobState.Lost)
                run = known with { SeenMs = asOfMs };
            if (!now.TryGetValue(row.Key, out var other) || (run.Told.EndMs ?? -1) > (other.Told.EndMs ?? -1))
                now[row.Key] = run;
        }
        return now;
    }

    /// <summary>Runs whose record the accounting has given to the next run of the job: on no node, by its word.</summary>
    /// <remarks>slurmdbd keeps one record of an id and a submit time. A job whose node was dead when it was to be launched keeps both when it starts again.</remarks>
    private void TakeBack(Dictionary<JobKey, KnownRun> now, AccountingWindow window, long asOfMs)
    {
        var records = now.Values.Select(r => (r.RawId, r.Told.SubmitMs)).ToHashSet();
        foreach (var (key, known) in _runs)
        {
            if (known.Told.SubmitMs is null || known.Told.State == JobState.NeverRan || now.ContainsKey(key) || !records.Contains((known.RawId, known.Told.SubmitMs)))
                continue;
            // One that was not asked for may still be there.
            if (key.StartMs < window.UntilMs && !(known.Told.EndMs < window.FromMs))
                now.Add(key, known with { Told = known.Told with { EndMs = key.StartMs, State = JobState.NeverRan, AsOfMs = asOfMs } });
        }
    }

    /// <summary>Runs that were on when they were last told and are no longer told at all: purged, or mended by an administrator.</summary>
    private void Miss(Dictionary<JobKey, KnownRun> now, AccountingWindow window, long asOfMs)
    {
        foreach (var (key, known) in _runs)
        {
            if (known.Told.EndMs is not null || now.ContainsKey(key) || key.StartMs >= window.UntilMs)
                continue;
            var missed = known with { Missed = known.Missed + 1 };
            now.Add(key, missed.Missed < Misses ? missed : missed.Lost(missed.SeenMs, asOfMs));
        }
    }

    /// <summary>An id that runs again: what ran under it before is over, whatever the accounting still says of it.</summary>
    private static void EndReused(Dictionary<JobKey, KnownRun> now, long asOfMs)
    {
        foreach (var id in now.GroupBy(r => r.Value.RawId).Where(g => g.Count() > 1).ToArray())
        {
            var runs = id.OrderBy(r => r.Key.StartMs).ToArray();
            for (var i = 0; i + 1 < runs.Length; i++)
            {
                var (key, run) = runs[i];
                var next = runs[i + 1].Value.Told;
                // The id was free when the next job was submitted under it; a requeued job may have kept its first submit time.
                if (run.Told.EndMs is null)
                    now[key] = run.Lost(next.SubmitMs > key.StartMs ? next.SubmitMs.Value : next.StartMs!.Value, asOfMs);
            }
        }
    }

    /// <summary>The same but for when it was said.</summary>
    private static bool SameWord(JobEvent a, JobEvent b) => a with { AsOfMs = b.AsOfMs } == b;

    private static int ByTime(JobEvent a, JobEvent b)
    {
        var order = a.StartMs!.Value.CompareTo(b.StartMs!.Value);
        return order != 0 ? order : string.CompareOrdinal(a.JobId, b.JobId);
    }
}

/// <summary>A run as it was last told.</summary>
/// <param name="Missed">Answers in a row without it.</param>
/// <param name="SeenMs">When it was last in an answer.</param>
public sealed record KnownRun(long RawId, JobEvent Told, int Missed, long SeenMs)
{
    internal KnownRun Lost(long endMs, long asOfMs) =>
        this with { Told = Told with { EndMs = Math.Max(Told.StartMs!.Value, endMs), State = JobState.Lost, AsOfMs = asOfMs } };
}

/// <param name="Events">By start; to be appended to the log before <see cref="Reconciler.Accept"/>.</param>
public sealed record Reconciliation(
    IReadOnlyList<JobEvent> Events, IReadOnlyDictionary<JobKey, KnownRun> Runs, HookVerdicts Hooks, long AsOfMs);
