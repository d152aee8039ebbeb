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

    /// <summary>Findings that would be told of and are not, by the verdict that mutes them; those that none mutes any more have 0.</summary>
    internal Dictionary<FindingKey, long> Muted { get; } = [];

    /// <summary>Of the muted ones those that nobody was told of before.</summary>
    internal HashSet<FindingKey> Unheard { get; } = [];

    internal List<long> PastVerdicts { get; } = [];

    internal void Add(AlertEvent happened) => _events.Add(happened);

    internal void Apply(BookState state, long nowMs)
    {
        state.NextAlert = NextAlert;
        foreach (var (key, verdict) in Muted)
        {
            state.Set(state.Findings[key] with { MutedBy = verdict });
            if (Unheard.Contains(key) && state.Verdicts.TryGetValue(verdict, out var row))
                state.Set(row with { Muted = row.Muted + 1, MutedMs = nowMs });
        }
        foreach (var number in PastVerdicts)
            state.RemoveVerdict(number);
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
