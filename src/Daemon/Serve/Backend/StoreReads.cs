using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Serve.Alerts;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Backend;

/// <summary>The stored alerts, runs and segments. Reading waits for the disk, so it is done on a thread of the pool and not on the server's.</summary>
internal sealed class StoreReads(Func<IStoreReader> store) : IAlertReader, IHistoryReader
{
    public async ValueTask<IReadOnlyList<JobEvent>> FindAsync(JobQuery query, CancellationToken stop) => await Task.Run(() => store().Jobs(query), stop);

    public async ValueTask<IReadOnlyList<SegmentRow>> FindAsync(SegmentQuery query, CancellationToken stop) => await Task.Run(() => store().Segments(query), stop);

    public async ValueTask<IReadOnlyList<Alert>> FindAsync(AlertQuery query, CancellationToken stop) => await Task.Run(() => store().Alerts(query), stop);

    public async ValueTask<Alert?> FindAsync(AlertId id, CancellationToken stop) => await Task.Run(() => store().Alert(id), stop);

    /// <summary>All that are open, however many.</summary>
    public static IEnumerable<Alert> Open(IStoreReader store)
    {
        long? before = null;
        while (true)
        {
            var page = store.Alerts(new AlertQuery(Open: true, Before: before, Limit: 1000));
            if (page.Count == 0)
                yield break;
            foreach (var alert in page)
                yield return alert;
            before = page[^1].Id.Number;
        }
    }
}
