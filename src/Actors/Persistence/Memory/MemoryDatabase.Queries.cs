using Tocsin.Ingest.Segments;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Persistence.Memory;

public sealed partial class MemoryDatabase
{
    private const int MostPruned = 10_000;

    internal IReadOnlyList<OutboxEntry> DueOutbox(string sink, long nowMs, int limit)
    {
        var ahead = new HashSet<string>(StringComparer.Ordinal);
        var due = new List<OutboxEntry>();
        foreach (var (entry, dueMs) in _outbox.Values)
        {
            if (due.Count == limit)
                break;
            if (entry.Sink == sink && ahead.Add(entry.Alert) && dueMs <= nowMs)
                due.Add(entry);
        }
        return due;
    }

    internal OutboxEntry? NewestOutbox(string sink, string alert) =>
        _outbox.Values.Select(w => w.Entry).Where(e => e.Sink == sink && e.Alert == alert).MaxBy(e => e.Revision);

    internal IReadOnlyList<PendingFinding> PendingFindings(int limit) => [.. _findings.Values.Take(limit)];

    internal IReadOnlyList<Alert> Alerts(AlertQuery query) =>
    [
        .. _alerts.Values.Select(s => s.Alert)
            .Where(a => (query.UntilMs is not { } until || a.RaisedMs < until) && (query.FromMs is not { } from || a.ClearedMs is null || a.ClearedMs >= from))
            .Where(a => query.Node is null || a.Labels.Node == query.Node || a.Nodes.Contains(query.Node))
            .Where(a => query.Job is null || a.Job?.JobId == query.Job || a.Labels.Job == query.Job)
            .Where(a => (query.Kind is null || a.Kind == query.Kind) && (query.AtLeast is null || a.Severity >= query.AtLeast) && (query.Open is null || a.Open == query.Open))
            .Where(a => query.Before is null || a.Id.Number < query.Before)
            .OrderByDescending(a => a.Id.Number).ThenBy(a => a.Id.Cluster, StringComparer.Ordinal)
            .Take(query.Limit),
    ];

    internal Alert? Alert(AlertId id) => _alerts.GetValueOrDefault(id)?.Alert;

    internal IReadOnlyList<SegmentRow> Segments(SegmentQuery query) =>
    [
        .. _segments.Values
            .Where(s => (query.UntilMs is not { } until || s.StartMs < until) && (query.FromMs is not { } from || s.EndMs is null || s.EndMs > from))
            .Where(s => query.Node is null || s.Node == query.Node)
            .OrderBy(s => s.Node.ToString(), StringComparer.Ordinal).ThenBy(s => s.StartMs)
            .Where(s => query.After is not { } after || Compare(s.Key, after) > 0)
            .Take(query.Limit),
    ];

    internal IReadOnlyList<JobEvent> Jobs(JobQuery query) =>
    [
        .. _jobs.Values
            .Where(j => (query.UntilMs is not { } until || j.StartMs < until) && (query.FromMs is not { } from || j.EndMs is null || j.EndMs > from))
            .Where(j => query.JobId is null || j.JobId == query.JobId)
            .Where(j => !_jobs.Values.Any(other => RunTolerance.Covers(other, j)))
            .OrderByDescending(j => j.StartMs).ThenByDescending(j => j.JobId, StringComparer.Ordinal)
            .Where(j => query.After is not { } after || j.StartMs < after.StartMs || (j.StartMs == after.StartMs && string.CompareOrdinal(j.JobId, after.JobId) < 0))
            .Take(query.Limit),
    ];

    internal IReadOnlyList<DeadLetter> DeadLetters(int limit) => [.. Enumerable.Reverse(_deadLetters).Take(limit)];

    internal IReadOnlyList<AbandonedEntry> Abandoned(int limit) => [.. Enumerable.Reverse(_abandoned).Take(limit)];

    internal IReadOnlyList<StoredShard> Shards() => [.. _shards.Where(s => s.Value.Epoch > 0).Select(s => new StoredShard(s.Key, s.Value.Epoch, s.Value.NextOffset))];

    internal IReadOnlyList<LibraryRow> Libraries() => [.. _libraries.Values];

    internal IReadOnlyDictionary<string, long> OutboxDepth() =>
        _outbox.Values.GroupBy(w => w.Entry.Sink).ToDictionary(g => g.Key, g => (long)g.Count(), StringComparer.Ordinal);

    internal int Prune(Prune what)
    {
        var alerts = _alerts.Values.Where(s => s.Alert.ClearedMs < what.AlertsBeforeMs).Select(s => s.Alert.Id).Take(MostPruned).ToList();
        var segments = _segments.Values.Where(s => s.EndMs < what.SegmentsBeforeMs).Select(s => s.Key).Take(MostPruned).ToList();
        var jobs = _jobs.Where(j => j.Value.EndMs < what.JobsBeforeMs).Select(j => j.Key).Take(MostPruned).ToList();
        var letters = _deadLetters.Where(l => l.AtMs < what.DeadLettersBeforeMs).Take(MostPruned).ToList();
        _planned.Add(() =>
        {
            alerts.ForEach(a => _alerts.Remove(a));
            segments.ForEach(s => _segments.Remove(s));
            jobs.ForEach(j => _jobs.Remove(j));
            letters.ForEach(l => _deadLetters.Remove(l));
        });
        return alerts.Count + segments.Count + jobs.Count + letters.Count;
    }

    private static int Compare(SegmentKey a, SegmentKey b)
    {
        var byNode = string.CompareOrdinal(a.Node.ToString(), b.Node.ToString());
        return byNode != 0 ? byNode : a.StartMs.CompareTo(b.StartMs);
    }
}
