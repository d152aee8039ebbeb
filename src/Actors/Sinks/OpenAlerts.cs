using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks;

/// <summary>The alerts that last, as one sink knows them: filled from the store at start, then by what is delivered to it. Any thread.</summary>
public sealed class OpenAlerts
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Cluster, long Number), Alert> _open = [];

    /// <summary>What the store holds. What was delivered meanwhile is newer and stays.</summary>
    public void Seed(IEnumerable<Alert> alerts)
    {
        lock (_gate)
        {
            foreach (var alert in alerts.Where(a => a.Open))
                _open.TryAdd((alert.Id.Cluster, alert.Id.Number), alert);
        }
    }

    /// <summary>Lower revisions than the known one change nothing: deliveries repeat.</summary>
    public void Take(Alert alert)
    {
        lock (_gate)
        {
            var key = (alert.Id.Cluster, alert.Id.Number);
            if (_open.TryGetValue(key, out var known) && known.Revision > alert.Revision)
                return;
            if (alert.Open)
                _open[key] = alert;
            else
                _open.Remove(key);
        }
    }

    public IReadOnlyList<Alert> All
    {
        get
        {
            lock (_gate)
                return [.. _open.Values];
        }
    }

    public bool Contains(AlertId id)
    {
        lock (_gate)
            return _open.ContainsKey((id.Cluster, id.Number));
    }
}
