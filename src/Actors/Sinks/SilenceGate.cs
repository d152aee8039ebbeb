using Tocsin.Actors.Sinks.Http;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks;

/// <summary>Keeps silenced alerts from a sink, and tells of those that still last when their silence ends.</summary>
/// <remarks>What is held is known to this process only. After a restart the open alerts that are silenced are held anew, and their end may be told without
/// their beginning: that errs towards telling. One whose silence ended while nobody was there is told with its next revision.</remarks>
public sealed class SilenceGate(IAlertSink inner, ISilences silences, TimeProvider time) : IAlertSink
{
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Cluster, long Number), Held> _held = [];

    /// <summary>Open when this process began; looked at when the silences are known.</summary>
    private readonly SortedDictionary<(string Cluster, long Number), Alert> _before = [];
    private long _silenced;

    public string Name => inner.Name;

    public int Concurrency => inner.Concurrency;

    /// <summary>Revisions that were kept from the sink.</summary>
    public long Silenced => Interlocked.Read(ref _silenced);

    /// <summary>What the store holds at start.</summary>
    public void Seed(IEnumerable<Alert> alerts)
    {
        lock (_lock)
        {
            foreach (var alert in alerts.Where(a => a.Open))
                _before[(alert.Id.Cluster, alert.Id.Number)] = alert;
        }
    }

    public async ValueTask<Delivery> DeliverAsync(OutboxRow row, CancellationToken stop)
    {
        var alert = row.Event.Alert;
        var key = (alert.Id.Cluster, alert.Id.Number);
        lock (_lock)
        {
            var known = _held.GetValueOrDefault(key);
            _before.Remove(key);
            if (!alert.Open)
            {
                _held.Remove(key);
                // The sink never heard of it: neither of its end.
                if (known is { NeverTold: true })
                    return Kept();
            }
            else if (silences.IsSilenced(alert.Labels, time.GetUtcNow()))
            {
                _held[key] = new Held(row, known?.NeverTold ?? row.Event is AlertRaised);
                return Kept();
            }
            else
                _held.Remove(key);
        }
        return await inner.DeliverAsync(row, stop).ConfigureAwait(false);
    }

    /// <summary>Tells the sink of what was held and is not silenced any more. To be called every few seconds, not while another call runs.</summary>
    /// <returns>How many were told.</returns>
    public async Task<int> ReleaseAsync(CancellationToken stop)
    {
        List<OutboxRow> due;
        lock (_lock)
        {
            HoldAnew();
            due = [.. _held.Values.Select(h => h.Row).Where(r => !silences.IsSilenced(r.Event.Alert.Labels, time.GetUtcNow()))];
        }
        var told = 0;
        foreach (var row in due)
        {
            if (!await TryTellAsync(row, stop).ConfigureAwait(false))
                continue;
            told++;
            var key = (row.Event.Alert.Id.Cluster, row.Event.Alert.Id.Number);
            lock (_lock)
            {
                // A newer revision may have come meanwhile: it stays for the next call.
                if (_held.TryGetValue(key, out var held) && ReferenceEquals(held.Row, row))
                    _held.Remove(key);
            }
        }
        return told;
    }

    private void HoldAnew()
    {
        if (_before.Count == 0 || !silences.Asked)
            return;
        var now = time.GetUtcNow();
        foreach (var (key, alert) in _before)
        {
            if (silences.IsSilenced(alert.Labels, now))
                _held[key] = new Held(new OutboxRow(0, Name, new AlertUpdated(alert, "its silence is over"), now.ToUnixTimeMilliseconds(), 0), NeverTold: false);
        }
        _before.Clear();
    }

    private async Task<bool> TryTellAsync(OutboxRow row, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(Attempt, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            return (await inner.DeliverAsync(row, either.Token).ConfigureAwait(false)).Delivered;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or DependencyException
            || e is OperationCanceledException && !stop.IsCancellationRequested)
        {
            // It stays held and is tried again at the next call.
            return false;
        }
    }

    private Delivery Kept()
    {
        Interlocked.Increment(ref _silenced);
        return Delivery.Done;
    }

    private sealed record Held(OutboxRow Row, bool NeverTold);
}
