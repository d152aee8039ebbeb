using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Persistence.Memory;

public sealed partial class MemoryDatabase
{
    /// <summary>Told: 0 the log has nothing of it, 1 as given, 2 as undone.</summary>
    private readonly SortedDictionary<long, (Verdict Verdict, int Told, long Muted, long? MutedMs)> _verdicts = [];

    internal long AddVerdict(Verdict verdict)
    {
        var number = _verdicts.Keys.LastOrDefault() + 1;
        _planned.Add(() => _verdicts.Add(number, (verdict with { Number = number }, 0, 0, null)));
        return number;
    }

    internal void UndoVerdict(long number, long atMs, string by) => _planned.Add(() =>
    {
        if (_verdicts.TryGetValue(number, out var known) && known.Verdict.UndoneMs is null)
            _verdicts[number] = known with { Verdict = known.Verdict with { UndoneMs = atMs, UndoneBy = by } };
    });

    internal void ToldVerdict(long number, bool undone) => _planned.Add(() =>
    {
        if (_verdicts.TryGetValue(number, out var known))
            _verdicts[number] = known with { Told = Math.Max(known.Told, undone ? 2 : 1) };
    });

    internal IReadOnlyList<StoredVerdict> Verdicts(VerdictQuery query) =>
    [
        .. _verdicts.Values.Reverse()
            .Select(v => new StoredVerdict(v.Verdict, v.Told == 2 || (v.Told == 1 && v.Verdict.UndoneMs is null), v.Muted, v.MutedMs))
            .Where(v => (query.Alerts is null || query.Alerts.Contains(v.Verdict.Alert)) && (query.Word is null || v.Verdict.Word == query.Word))
            .Where(v => (query.Standing is not { } standing || v.Verdict.Stands(query.StandingMs) == standing) && (!query.Untold || !v.Told))
            .Where(v => query.Before is not { } before || v.Verdict.Number < before)
            .Take(query.Limit),
    ];

    private void Put(VerdictTally tally)
    {
        if (_verdicts.TryGetValue(tally.Number, out var known))
            _verdicts[tally.Number] = known with { Muted = tally.Muted, MutedMs = tally.MutedMs };
    }
}
