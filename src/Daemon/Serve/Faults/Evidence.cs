using Tocsin.Actors.Faults.Labels;
using Tocsin.Actors.Persistence;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Faults;

/// <summary>Asks the store what was heard of faults: alerts with the rules that they were recognised by, verdicts, labels. It asks again from where it last got an answer. One thread at a time.</summary>
internal sealed class Evidence(Func<IStoreReader> store)
{
    /// <summary>Alerts that are looked at in one interval; of more the newest.</summary>
    private const int MostAlerts = 20_000;

    /// <summary>Verdicts and labels that are looked at, the newest.</summary>
    private const int MostWords = 1000;

    private readonly Dictionary<long, (bool Undone, bool Ended)> _verdicts = [];
    private long _askedFrom;

    /// <param name="Records">What came of it; most say what is known, which does no harm.</param>
    /// <param name="Alarmed">Nodes that an alert named in the interval.</param>
    public sealed record Heard(IReadOnlyList<LabelRecord> Records, IReadOnlySet<NodeKey> Alarmed);

    /// <exception cref="StoreException">The store cannot be asked now.</exception>
    public Heard Ask(long fromMs, long untilMs, long nowMs)
    {
        var reader = store();
        List<LabelRecord> records = [];
        HashSet<NodeKey> alarmed = [];
        long? before = null;
        for (var seen = 0; seen < MostAlerts;)
        {
            var page = reader.Alerts(new AlertQuery(FromMs: Math.Min(fromMs, _askedFrom), Before: before, Limit: 1000));
            foreach (var alert in page)
            {
                records.AddRange(LabelSources.Of(alert, nowMs));
                if (alert.SinceMs < untilMs && (alert.ClearedMs is not { } end || end >= fromMs))
                    alarmed.UnionWith(alert.Nodes.Concat(alert.Fired.Select(f => f.Node)).Select(n => new NodeKey(alert.Id.Cluster, n)));
            }
            if (page.Count < 1000)
                break;
            (before, seen) = (page[^1].Id.Number, seen + page.Count);
        }
        records.AddRange(Verdicts(reader, nowMs));
        records.AddRange(reader.Labels(new LabelQuery(Standing: null, Limit: MostWords)).Select(LabelSources.Of));
        // A minute back: an alert may have been stored after it was asked for and cleared before.
        _askedFrom = nowMs - 60_000;
        return new Heard(records, alarmed);
    }

    private IEnumerable<LabelRecord> Verdicts(IStoreReader reader, long nowMs)
    {
        foreach (var verdict in reader.Verdicts(new VerdictQuery(Limit: MostWords)).Select(v => v.Verdict))
        {
            var known = _verdicts.TryGetValue(verdict.Number, out var last);
            if (known && last.Undone == (verdict.UndoneMs is not null) && (last.Ended || last.Undone))
                continue;
            var alert = reader.Alert(verdict.Alert);
            _verdicts[verdict.Number] = (verdict.UndoneMs is not null, alert?.Open != true);
            foreach (var record in LabelSources.Of(verdict, alert, nowMs))
                yield return record;
        }
    }
}
