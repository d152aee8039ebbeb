using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Serve.Labels;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Serve;

/// <summary>Keeps labels as a store does, in memory.</summary>
internal sealed class FakeLabels : ILabelDesk
{
    private readonly List<Label> _all = [];

    public Task<IReadOnlyList<Label>> FindAsync(LabelQuery query, CancellationToken stop) => Task.FromResult<IReadOnlyList<Label>>(
    [
        .. _all.AsEnumerable().Reverse().Where(l => (query.Node is not { } node || l.Node == node) && l.UndoneMs is null && (query.FromMs is not { } from || l.UntilMs > from) && (query.Before is not { } before || l.Number < before)).Take(query.Limit),
    ]);

    public Task<Label> AddAsync(Label label, CancellationToken stop)
    {
        _all.Add(label with { Number = _all.Count + 1 });
        return Task.FromResult(_all[^1]);
    }

    public Task<Label?> UndoAsync(long number, long atMs, string by, CancellationToken stop)
    {
        if (number < 1 || number > _all.Count)
            return Task.FromResult<Label?>(null);
        _all[(int)number - 1] = _all[(int)number - 1] with { UndoneMs = atMs, UndoneBy = by };
        return Task.FromResult<Label?>(_all[(int)number - 1]);
    }
}
