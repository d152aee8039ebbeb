using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Frames;

/// <summary>Makes frames of one node's samples as they come: over several connections, in several batches, repeated, and out of order.</summary>
/// <remarks>
/// A frame begins with the first sample that belongs to none, and takes in what lies within a cadence of it; a series that comes again at 0.7 cadences
/// or more begins the next one. So frames follow the exporters' own rhythm, and jitter at the border of a fixed grid cannot leave one tick empty and
/// another one double. A frame is closed as soon as it has everything that the one before it had; where something is missing, when a later
/// frame has all of it, or when event time (the node's own, or the shard's watermark) is a cadence and <see cref="LiveFrameOptions.GraceMs"/> on.
/// What comes later than that is counted, and waited for in the next frame. One thread at a time.
/// </remarks>
public sealed partial class LiveFrames(LiveFrameRoom room)
{
    /// <summary>Frames that may wait at once for what they lack.</summary>
    private const int MostOpen = 4;

    private const long ForgetMs = 3_600_000;

    /// <summary>A few series that are gone cost less than a layout of one's own.</summary>
    private const int MostForgotten = 64;

    private const long Never = CounterState.Never;

    private readonly List<OpenFrame> _open = [];
    private readonly NodeCounters _counters = new(room.Options.CadenceMs);
    private readonly SlotBits _expected = new(0);
    private readonly SlotBits _seen = new(0);
    private readonly SlotBits _seenBefore = new(0);
    private long _generationMs = Never;
    private readonly List<SeriesId> _lateNew = [];
    private FrameLayout _layout = room.Layouts.Empty;
    private long _closedMinMs = Never;
    private long _closedMaxMs = Never;
    private string? _replica;
    private long _replicaMs = Never;

    /// <summary>The newest sample's time, unix milliseconds; long.MinValue / 2 before the first.</summary>
    public long NewestMs { get; private set; } = Never;

    /// <summary>Frames that wait for samples.</summary>
    public int Open => _open.Count;

    /// <summary>Of all series that the node ever had.</summary>
    public MetricSchema Schema => _layout.Schema;

    private long Cadence => room.Options.CadenceMs;

    /// <summary>How far apart the samples of one frame may lie.</summary>
    private long Width => Cadence - (Cadence / 20);

    /// <summary>From a frame's first sample to where the same series again is the next frame's: below the jitter of scrapers that are held up, above two
    /// thirds of a cadence, at which an exporter comes that is scraped three times as often.</summary>
    private long Again => Cadence * 7 / 10;

    private FrameCounts Counts => room.Counts;

    /// <summary>Takes samples in; after it <see cref="TryClose"/> is called until it says no.</summary>
    public void Add(SampleBatch batch)
    {
        if (!Elect(batch))
        {
            Counts.OtherReplica += batch.Samples.Count;
            return;
        }
        NewestMs = Math.Max(NewestMs, batch.TimeMs);
        var hint = 0;
        for (var i = 0; i < batch.Samples.Count; i++)
        {
            var sample = batch.Samples[i];
            var slot = _layout.SlotOf(sample.Series, hint);
            hint = slot + 1;
            if (slot >= 0)
                _seen.Set(slot);
            Add(sample, slot, batch.TimeMs);
        }
        if (_lateNew.Count > 0)
            ExpectLateNew();
    }

    /// <summary>Closes the oldest frame that is due; it can be written until anything else is done with a node of the same shard.</summary>
    /// <param name="watermarkMs">Event time that the shard's nodes have reached.</param>
    /// <param name="timeMs">Of the frame's first sample; later than that of the frame before.</param>
    public bool TryClose(long watermarkMs, out long timeMs)
    {
        while (_open.Count > 0 && IsDue(watermarkMs))
        {
            var frame = _open[0];
            _open.RemoveAt(0);
            var any = Close(frame);
            timeMs = frame.MinMs;
            room.GiveBack(frame);
            if (any)
                return true;
        }
        timeMs = 0;
        return false;
    }

    /// <summary>The frame that was closed last, in the columns of a schema: NaN where they are missing.</summary>
    public void Write(MetricSchema schema, Span<float> row) => FrameAssembler.Write(_layout, schema, room.Layouts.Cells, row);

    /// <param name="devices">Per column the device whose value it is; null where it is the whole node's, or not known. Hostile text.</param>
    public void Write(MetricSchema schema, Span<float> row, Span<string?> devices)
    {
        Write(schema, row);
        var columns = _layout.ColumnsOf(schema);
        for (var c = 0; c < columns.Length; c++)
            devices[c] = columns[c] is { } output ? room.Layouts.Cells.WorstDevice(output) : null;
    }

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

    private void Add(Sample sample, int slot, long timeMs)
    {
        if (StaleMarker.Is(sample.Value))
        {
            Counts.Ended++;
            // Its counter stays: a target that was away for one scrape goes on where it was.
            if (slot >= 0)
                _expected.Clear(slot);
        }
        else if (!double.IsFinite(sample.Value))
            Counts.NoNumber++;
        else if (slot < 0)
            AddNew(sample, timeMs);
        else if (!_layout.IsBound(slot))
            Counts.Unused++;
        else
            AddKnown(slot, sample.Value, timeMs);
    }

    private void AddKnown(int slot, double value, long timeMs)
    {
        foreach (var frame in _open)
        {
            if (!frame.Has[slot])
            {
                if (!Fits(frame, timeMs))
                    continue;
                frame.Take(slot, value, timeMs);
                Counts.Taken++;
                return;
            }
            if (frame.TimeMs(slot) == timeMs)
            {
                Counts.Repeated++;
                return;
            }
            if (timeMs < frame.MinMs || timeMs - frame.MinMs >= Again)
                continue;
            // Scraped more often than the cadence: the newest stands.
            if (timeMs > frame.TimeMs(slot))
                frame.Take(slot, value, timeMs);
            Counts.TooClose++;
            return;
        }
        var had = _closedMinMs != Never && _expected[slot];
        if (_closedMinMs != Never && timeMs < _closedMinMs + (had ? Again : Width) || timeMs <= _closedMaxMs)
        {
            Miss(slot, had, timeMs);
            return;
        }
        Begin(timeMs).Take(slot, value, timeMs);
        Counts.Taken++;
    }

    private void Miss(int slot, bool had, long timeMs)
    {
        if (had)
        {
            if (timeMs <= _closedMaxMs)
                Counts.Repeated++;
            else
                Counts.TooClose++;
            return;
        }
        Counts.Late++;
        if (timeMs >= _closedMinMs)
            _expected.Set(slot);
    }

    private void AddNew(Sample sample, long timeMs)
    {
        if (_layout.Series.Length + _open.Sum(f => f.New.Count) + _lateNew.Count >= room.Options.MaxSeries)
        {
            Counts.TooManySeries++;
            return;
        }
        var frame = _open.Find(f => Fits(f, timeMs));
        if (frame is null && (timeMs <= _closedMaxMs || (_closedMinMs != Never && timeMs < _closedMinMs + Width)))
        {
            Counts.Late++;
            if (timeMs >= _closedMinMs)
                _lateNew.Add(sample.Series);
            return;
        }
        (frame ?? Begin(timeMs)).Take(sample.Series, sample.Value, timeMs);
        Counts.Taken++;
    }

    private bool Fits(OpenFrame frame, long timeMs) =>
        timeMs > _closedMaxMs && (timeMs >= frame.MinMs ? timeMs - frame.MinMs < Width : frame.MaxMs - timeMs < Width);

    private OpenFrame Begin(long timeMs)
    {
        var frame = room.Lend(_layout.Series.Length, timeMs);
        var at = _open.FindIndex(f => f.MinMs > timeMs);
        _open.Insert(at < 0 ? _open.Count : at, frame);
        return frame;
    }

    private bool IsDue(long watermarkMs)
    {
        var oldest = _open[0];
        if (_open.Count > MostOpen || Math.Max(NewestMs, watermarkMs) >= oldest.MinMs + Cadence + room.Options.GraceMs)
            return true;
        foreach (var frame in _open)
        {
            if (IsWhole(frame))
                return true;
        }
        return false;
    }

    /// <summary>A node's first frame never is: nobody knows what belongs to it.</summary>
    private bool IsWhole(OpenFrame frame) => _closedMinMs != Never && _expected.IsWithin(frame.Has);

    private bool Close(OpenFrame frame)
    {
        var whole = IsWhole(frame);
        if (frame.New.Count > 0)
            LetIn(frame.New.Select(n => n.Series), frame);
        var cells = room.Layouts.Cells;
        cells.Clear(_layout.Cells);
        var any = false;
        for (var slot = 0; slot < _layout.Series.Length; slot++)
        {
            if (!frame.Has[slot])
                continue;
            any = true;
            _counters.Advance(_layout, slot, frame.Value(slot), frame.TimeMs(slot), cells);
        }
        _expected.CopyFrom(frame.Has);
        (_closedMinMs, _closedMaxMs) = (frame.MinMs, frame.MaxMs);
        (Counts.ClosedWhole, Counts.ClosedByTime) = (Counts.ClosedWhole + (any && whole ? 1 : 0), Counts.ClosedByTime + (any && !whole ? 1 : 0));
        return any;
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

    /// <summary>Of a pair of scrapers that watch the same node the first one is listened to, until it is silent.</summary>
    private bool Elect(SampleBatch batch)
    {
        if (batch.Replica is null)
            return true;
        if (_replica != batch.Replica && _replica is not null && batch.TimeMs - _replicaMs < room.Options.ReplicaSilenceMs)
            return false;
        (_replica, _replicaMs) = (batch.Replica, _replica == batch.Replica ? Math.Max(_replicaMs, batch.TimeMs) : batch.TimeMs);
        return true;
    }
}
