using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Identity;

/// <summary>From the hash of a series' text, as it came, to its node and its name, or to why it is left out; worked out once per series. Thread-safe.</summary>
internal sealed class SeriesCache(SeriesLimits limits)
{
    /// <summary>One turn of the clock by which series are forgotten.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);

    private const int SweepAfter = 1;
    private const int SweepAfterVain = 10;

    private readonly Lock _lock = new();
    private readonly LabelHash _hash = new();
    private Dictionary<NodeKey, NodeElection> _elections = [];
    private volatile KnownSeries _known = new();
    private int _nextSweep = int.MinValue;

    /// <summary>To be taken once a request: numbers are of this one.</summary>
    public KnownSeries Known => _known;

    public (ulong High, uint Low) Hash(ReadOnlySpan<byte> text) => _hash.Of(text);

    public static int TurnOf(DateTimeOffset now) => (int)(now.ToUnixTimeMilliseconds() / (long)Turn.TotalMilliseconds);

    /// <summary>Takes in a series that is not in <paramref name="known"/>, or why it is left out.</summary>
    /// <param name="why">Null where <paramref name="owned"/> holds; else one of <see cref="RejectReasons"/>, given back as the complement of its number in <paramref name="node"/>.</param>
    /// <returns>False where <paramref name="known"/> is no longer what is known: begin again.</returns>
    public bool TryAdd(KnownSeries known, ulong high, uint low, int turn, string? why, in OwnedSeries owned, out int node, out int series)
    {
        (node, series) = (0, 0);
        lock (_lock)
        {
            if (!ReferenceEquals(known, _known))
                return false;
            var guess = -1;
            if (known.Map.TryFind(high, low, (ushort)turn, ref guess, out node, out series))
                return true;
            if (LimitReached(known, why, owned) is { } full)
            {
                if (Sweep(known, turn))
                    return false;
                node = ~RejectCodes.IndexOf(full);
                return true;
            }
            if (why is null)
            {
                node = known.NumberOf(owned.Node, owned.Replica, ElectionOf);
                series = known.NumberOf(owned.Series);
            }
            else
                node = ~RejectCodes.IndexOf(why);
            known.Add(high, low, (ushort)turn, node, series);
            return true;
        }
    }

    private string? LimitReached(KnownSeries known, string? why, in OwnedSeries owned)
    {
        if (known.Map.Count >= limits.Series)
            return RejectReasons.TooManySeries;
        if (why is not null)
            return null;
        if (known.NodeCount >= limits.Nodes && !known.Has(owned.Node, owned.Replica))
            return RejectReasons.TooManyNodes;
        return known.SeriesCount >= limits.DistinctSeries && !known.Has(owned.Series) ? RejectReasons.TooManySeries : null;
    }

    /// <summary>Forgets what was silent. True where that made room.</summary>
    private bool Sweep(KnownSeries old, int turn)
    {
        if (turn < _nextSweep)
            return false;
        var kept = new KnownSeries();
        var elections = new Dictionary<NodeKey, NodeElection>();
        NodeElection Kept(NodeKey key) => elections.TryGetValue(key, out var e) ? e : elections[key] = _elections[key];
        foreach (var slot in old.Map.Recent((ushort)turn, (int)(limits.Forget / Turn)))
        {
            var (node, series) = (slot.Node, slot.Series);
            if (node >= 0)
            {
                node = kept.NumberOf(old.Nodes[slot.Node].Key, old.Nodes[slot.Node].Replica, Kept);
                series = kept.NumberOf(old.Series[slot.Series]);
            }
            kept.Add(slot.High, slot.Low, slot.Used, node, series);
        }
        var freed = old.Map.Count - kept.Map.Count;
        // Looking through millions of slots for nothing must not be what a flood of new series buys.
        _nextSweep = turn + (freed > old.Map.Count / 20 ? SweepAfter : SweepAfterVain);
        if (freed == 0)
            return false;
        _elections = elections;
        _known = kept;
        return true;
    }

    private NodeElection ElectionOf(NodeKey key) => _elections.TryGetValue(key, out var known) ? known : _elections[key] = new NodeElection();
}
