using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks;

/// <summary>An outbox that lives as long as the process: for simulation, for tests, and for a demo without a store.</summary>
public sealed class MemoryOutbox : IOutbox
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Entry> _rows = [];
    private readonly List<(OutboxRow Row, string Why)> _abandoned = [];
    private long _next = 1;

    public IReadOnlyList<(OutboxRow Row, string Why)> Abandoned
    {
        get
        {
            lock (_gate)
                return [.. _abandoned];
        }
    }

    public int Waiting
    {
        get
        {
            lock (_gate)
                return _rows.Count;
        }
    }

    public void Add(string sink, IEnumerable<AlertEvent> events, long nowMs)
    {
        lock (_gate)
        {
            foreach (var happened in events)
            {
                var row = new OutboxRow(_next++, sink, happened, nowMs, 0);
                _rows.Add(row.Number, new Entry(row, nowMs));
            }
        }
    }

    public ValueTask<IReadOnlyList<OutboxRow>> TakeDueAsync(string sink, long nowMs, int limit, CancellationToken stop)
    {
        lock (_gate)
        {
            var ahead = new HashSet<AlertId>();
            var due = new List<OutboxRow>();
            foreach (var entry in _rows.Values.Where(e => e.Row.Sink == sink))
            {
                if (due.Count == limit)
                    break;
                if (ahead.Add(entry.Row.Event.Alert.Id) && entry.DueMs <= nowMs)
                    due.Add(entry.Row);
            }
            return ValueTask.FromResult<IReadOnlyList<OutboxRow>>(due);
        }
    }

    public ValueTask<AlertEvent> NewestAsync(OutboxRow row, CancellationToken stop)
    {
        lock (_gate)
            return ValueTask.FromResult(Of(row).Select(e => e.Row.Event).MaxBy(e => e.Alert.Revision) ?? row.Event);
    }

    public ValueTask<int> DropAsync(OutboxRow row, int from, int to, CancellationToken stop)
    {
        lock (_gate)
            return ValueTask.FromResult(Of(row).Where(e => e.Row.Event.Alert.Revision >= from && e.Row.Event.Alert.Revision <= to).ToList().Count(e => _rows.Remove(e.Row.Number)));
    }

    public ValueTask DeliveredAsync(OutboxRow row, long nowMs, CancellationToken stop)
    {
        lock (_gate)
            _rows.Remove(row.Number);
        return ValueTask.CompletedTask;
    }

    public ValueTask RescheduleAsync(OutboxRow row, int attempts, long dueMs, string why, CancellationToken stop)
    {
        lock (_gate)
            _rows[row.Number] = new Entry(row with { Attempts = attempts, Held = why == SilenceRule.Why }, dueMs);
        return ValueTask.CompletedTask;
    }

    public ValueTask AbandonAsync(OutboxRow row, string why, long nowMs, CancellationToken stop)
    {
        lock (_gate)
        {
            _rows.Remove(row.Number);
            _abandoned.Add((row, why));
        }
        return ValueTask.CompletedTask;
    }

    private IEnumerable<Entry> Of(OutboxRow row) => _rows.Values.Where(e => e.Row.Sink == row.Sink && e.Row.Event.Alert.Id == row.Event.Alert.Id);

    private sealed record Entry(OutboxRow Row, long DueMs);
}
