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
}
