using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Frames;

/// <summary>Which series the node has: their slots in a layout that it shares with all nodes that have the same ones.</summary>
public sealed partial class LiveFrames
{
    /// <summary>Lets go of series that did not come for an hour or more, where they are many. To be called between segments, with no frame open: columns may go.</summary>
    public void Forget()
    {
        if (_open.Count > 0 || NewestMs - _generationMs < ForgetMs)
            return;
        var kept = Enumerable.Range(0, _layout.Series.Length).Where(s => _seen[s] || _seenBefore[s]).ToArray();
        if (_generationMs != Never && kept.Length + MostForgotten <= _layout.Series.Length)
            Move(room.Layouts.Of([.. kept.Select(s => _layout.Series[s])]), null);
        _seenBefore.CopyFrom(_seen);
        _seen.Reset(_layout.Series.Length);
        _generationMs = NewestMs;
    }

    /// <summary>Series that came up get slots; the node then shares the layout of all nodes that have the same ones.</summary>
    private void LetIn(IEnumerable<SeriesId> came, OpenFrame? closing)
    {
        var series = new HashSet<SeriesId>(_layout.Series, ReferenceEqualityComparer.Instance);
        series.UnionWith(came);
        if (series.Count > _layout.Series.Length)
            Move(room.Layouts.Of([.. series.OrderBy(room.Series.NumberOf)]), closing);
    }

    private void Move(FrameLayout to, OpenFrame? closing)
    {
        var (map, slots) = (_layout.Into(to), to.Series.Length);
        _counters.Move(_layout, to);
        foreach (var set in (ReadOnlySpan<SlotBits>)[_expected, _seen, _seenBefore])
            set.Move(map, slots);
        closing?.Move(map, slots);
        foreach (var frame in _open)
            frame.Move(map, slots);
        _layout = to;
        closing?.Settle(to);
        foreach (var frame in _open)
            frame.Settle(to);
    }

    private void ExpectLateNew()
    {
        LetIn(_lateNew, null);
        foreach (var series in _lateNew)
        {
            var slot = _layout.SlotOf(series, -1);
            if (_layout.IsBound(slot))
                _expected.Set(slot);
        }
        _lateNew.Clear();
    }
}
