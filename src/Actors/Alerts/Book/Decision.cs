using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>What a step of the book comes to: the events to commit and deliver, and the rows that change with them.</summary>
public sealed class Decision
{
    private readonly List<AlertEvent> _events = [];

    public IReadOnlyList<AlertEvent> Events => _events;

    internal long NextAlert { get; set; }

    internal List<AlertRow> Rows { get; } = [];

    internal List<long> Closed { get; } = [];

    internal List<FlapRow> Flaps { get; } = [];

    internal List<CauseKey> Forgotten { get; } = [];

    /// <summary>To which alert a finding belongs from now on; 0 = none.</summary>
    internal Dictionary<FindingKey, long> Joins { get; } = [];

    internal List<FindingKey> Dropped { get; } = [];

    internal void Add(AlertEvent happened) => _events.Add(happened);

    internal void Apply(BookState state)
    {
        state.NextAlert = NextAlert;
        foreach (var number in Closed)
            state.Close(number);
        foreach (var row in Rows)
            state.Set(row);
        foreach (var (key, alert) in Joins)
            state.Set(state.Findings[key] with { Alert = alert });
        foreach (var key in Dropped)
            state.Remove(key);
        // Forgotten first: the same cause may have been over long ago and again just now.
        foreach (var key in Forgotten)
            state.Forget(key);
        foreach (var flap in Flaps)
            state.Set(flap);
    }
}
