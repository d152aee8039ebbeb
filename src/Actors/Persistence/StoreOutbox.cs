using Tocsin.Actors.Sinks;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Persistence;

/// <summary>The store's outbox for the dispatchers of alerts.</summary>
public sealed class StoreOutbox(IOutboxStore store) : IOutbox
{
    public async ValueTask<IReadOnlyList<OutboxRow>> TakeDueAsync(string sink, long nowMs, int limit, CancellationToken stop)
    {
        var rows = new List<OutboxRow>();
        foreach (var entry in store.DueOutbox(sink, nowMs, limit))
        {
            if (WireBytes.TryRead<AlertEvent>(entry.Payload, out var happened, out var failure))
                rows.Add(new OutboxRow(entry.Number, entry.Sink, happened, entry.CreatedMs, entry.Attempts));
            else
                // One that cannot be read would stand before all others for ever.
                await store.AbandonAsync(entry.Number, $"it cannot be read: {failure}", nowMs).ConfigureAwait(false);
        }
        return rows;
    }

    public ValueTask DeliveredAsync(OutboxRow row, long nowMs, CancellationToken stop) => new(store.DeliveredAsync([row.Number]));

    public ValueTask RescheduleAsync(OutboxRow row, int attempts, long dueMs, string why, CancellationToken stop) =>
        new(store.RescheduleAsync(row.Number, attempts, dueMs, why));

    public ValueTask AbandonAsync(OutboxRow row, string why, long nowMs, CancellationToken stop) => new(store.AbandonAsync(row.Number, why, nowMs));
}
