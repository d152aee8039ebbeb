using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Sinks;

/// <summary>The outbox that the store keeps, written in the commits of the shard of alerts.</summary>
public sealed class StoreOutbox(IOutboxStore store) : IOutbox
{
    public async ValueTask<IReadOnlyList<OutboxRow>> TakeDueAsync(string sink, long nowMs, int limit, CancellationToken stop)
    {
        var rows = new List<OutboxRow>();
        foreach (var entry in store.DueOutbox(sink, nowMs, limit))
        {
            if (WireBytes.TryRead<AlertEvent>(entry.Payload, out var happened, out var failure))
                rows.Add(new OutboxRow(entry.Number, entry.Sink, happened, entry.CreatedMs, entry.Attempts, entry.Why == SilenceRule.Why));
            else
                // One that cannot be read would stand before all others for ever.
                await store.AbandonAsync(entry.Number, $"it cannot be read: {failure}", nowMs).WaitAsync(stop).ConfigureAwait(false);
        }
        return rows;
    }

    public ValueTask<AlertEvent> NewestAsync(OutboxRow row, CancellationToken stop) => ValueTask.FromResult(
        store.NewestOutbox(row.Sink, row.Event.Alert.Id.ToString()) is { } entry && WireBytes.TryRead<AlertEvent>(entry.Payload, out var newest, out _) ? newest : row.Event);

    public async ValueTask<int> DropAsync(OutboxRow row, int from, int to, CancellationToken stop) =>
        await store.DropAsync(new OutboxRange(row.Sink, row.Event.Alert.Id.ToString(), from, to)).WaitAsync(stop).ConfigureAwait(false);

    public async ValueTask DeliveredAsync(OutboxRow row, long nowMs, CancellationToken stop) =>
        await store.DeliveredAsync([row.Number]).WaitAsync(stop).ConfigureAwait(false);

    public async ValueTask RescheduleAsync(OutboxRow row, int attempts, long dueMs, string why, CancellationToken stop) =>
        await store.RescheduleAsync(row.Number, attempts, dueMs, why).WaitAsync(stop).ConfigureAwait(false);

    public async ValueTask AbandonAsync(OutboxRow row, string why, long nowMs, CancellationToken stop) =>
        await store.AbandonAsync(row.Number, why, nowMs).WaitAsync(stop).ConfigureAwait(false);
}
