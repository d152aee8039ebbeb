using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Persistence.Memory;

public sealed partial class MemoryDatabase
{
    private readonly SortedDictionary<long, Label> _labels = [];

    internal long AddLabel(Label label)
    {
        var number = _labels.Keys.LastOrDefault() + 1;
        _planned.Add(() => _labels.Add(number, label with { Number = number }));
        return number;
    }

    internal void UndoLabel(long number, long atMs, string by) => _planned.Add(() =>
    {
        if (_labels.TryGetValue(number, out var known) && known.UndoneMs is null)
            _labels[number] = known with { UndoneMs = atMs, UndoneBy = by };
    });

    internal IReadOnlyList<Label> Labels(LabelQuery query) =>
    [
        .. _labels.Values.Reverse()
            .Where(l => (query.Node is not { } node || l.Node == node) && (query.FromMs is not { } from || l.UntilMs > from) && (query.UntilMs is not { } until || l.FromMs < until))
            .Where(l => (query.Fault is not { } fault || l.Fault is not null == fault) && (query.Standing is not { } standing || l.UndoneMs is null == standing))
            .Where(l => query.Before is not { } before || l.Number < before)
            .Take(query.Limit),
    ];
}
