using Tocsin.Actors.Faults.Intervals;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>The intervals that are kept to learn from, by number. Where there is no more room the oldest goes that no labelled fault needs: faults are rare, and what a fault
/// looked like must outlive the weeks around it. Pure.</summary>
/// <param name="mostBytes">Of all of them, about.</param>
public sealed class KeptIntervals(long mostBytes)
{
    private readonly SortedList<long, Kept> _all = [];
    private Kept? _last;
    private long _bytes;

    public int Count => _all.Count;

    public long Bytes => _bytes;

    public IEnumerable<ClosedInterval> All => _all.Values.Select(k => k.Interval);

    public ClosedInterval? Find(long number) => _all.TryGetValue(number, out var kept) ? kept.Interval : null;

    public ClosedInterval? Newest => _all.Count > 0 ? _all.Values[^1].Interval : null;

    /// <summary>At what place a node stands in an interval; -1 where it does not.</summary>
    public int Place(long number, NodeKey node) => _all.TryGetValue(number, out var kept) && kept.Places.TryGetValue(node, out var place) ? place : -1;

    /// <summary>A number that is there already changes nothing.</summary>
    public void Add(ClosedInterval interval)
    {
        if (_all.ContainsKey(interval.Number))
            return;
        // The same nodes as before share one list and one index: names are most of an interval.
        _last = _last is { } last && last.Interval.Nodes.SequenceEqual(interval.Nodes)
            ? new Kept(interval with { Nodes = last.Interval.Nodes }, last.Places)
            : new Kept(interval, interval.Nodes.Select((n, i) => (n, i)).ToDictionary(n => n.n, n => n.i));
        _all.Add(interval.Number, _last);
        _bytes += BytesOf(interval);
    }

    /// <param name="needed">Whether an interval is an input of a labelled fault.</param>
    /// <returns>The numbers that went.</returns>
    public IReadOnlyList<long> Shrink(Func<long, bool> needed)
    {
        List<long> gone = [];
        for (var i = 0; _bytes > mostBytes && i < _all.Count;)
        {
            if (needed(_all.Keys[i]))
                i++;
            else
                Remove(i);
        }
        while (_bytes > mostBytes && _all.Count > 1)
            Remove(0);
        return gone;

        void Remove(int at)
        {
            gone.Add(_all.Keys[at]);
            _bytes -= BytesOf(_all.Values[at].Interval);
            _all.RemoveAt(at);
        }
    }

    private static long BytesOf(ClosedInterval interval) => 200 + (4L * interval.Values.Length) + interval.Quiet.Length + (16L * interval.Edges.Count);

    private sealed record Kept(ClosedInterval Interval, Dictionary<NodeKey, int> Places);
}
