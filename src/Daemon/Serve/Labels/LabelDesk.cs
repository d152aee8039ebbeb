using Tocsin.Actors.Persistence;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Labels;

/// <summary>Labels in the store. Asking waits for the disk, so it is done on a thread of the pool.</summary>
internal sealed class LabelDesk(Func<IStore> store) : ILabelDesk
{
    public Task<IReadOnlyList<Label>> FindAsync(LabelQuery query, CancellationToken stop) => Task.Run(() => store().Labels(query), stop);

    public async Task<Label> AddAsync(Label label, CancellationToken stop)
    {
        var there = await FindAsync(new LabelQuery(label.Node, label.FromMs, label.UntilMs), stop);
        if (there.FirstOrDefault(l => l.FromMs == label.FromMs && l.UntilMs == label.UntilMs && l.Fault == label.Fault && l.Who == label.Who) is { } same)
            return same;
        return label with { Number = await store().AddLabelAsync(label).WaitAsync(stop) };
    }

    public async Task<Label?> UndoAsync(long number, long atMs, string by, CancellationToken stop)
    {
        if (await OneAsync(number, stop) is null)
            return null;
        await store().UndoLabelAsync(number, atMs, by).WaitAsync(stop);
        return await OneAsync(number, stop);
    }

    private async Task<Label?> OneAsync(long number, CancellationToken stop) =>
        number is < 1 or long.MaxValue ? null : (await FindAsync(new LabelQuery(Standing: null, Before: number + 1, Limit: 1), stop)).FirstOrDefault(l => l.Number == number);
}
