using Tocsin.Ingest.Frames;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Segments;

/// <summary>Cuts one node's scrapes into segments, by event time.</summary>
/// <param name="wanted">Whether the segment that starts at this time is handed out; the frames of others are not kept.</param>
/// <param name="label">The truth of a frame at a time, or null where there is none.</param>
public sealed class SegmentCutter(
    FrameAssembler assembler, JobTimeline timeline, long cadenceMs, Rejections rejections, Func<long, bool> wanted, Func<long, byte>? label)
{
    /// <summary>The columns of a node are settled in its first frames: collectors that are slow to answer come in the second or third scrape.</summary>
    private const int SettlingFrames = 3;

    /// <summary>A longer segment is handed out in parts, all with the segment's own start.</summary>
    public const int MaxFrames = 500_000;

    private int _span;
    private long _startMs;
    private long _firstMs;
    private long _lastMs = long.MinValue;
    private long _frames;
    private bool _wanted;
    private bool _grew;
    private SegmentBuffer? _buffer;

    /// <summary>Takes one scrape in; the segment that it closed, or null.</summary>
    public Segment? Add(SampleBatch batch)
    {
        if (!InTurn(batch.TimeMs))
            return null;
        Segment? closed = null;
        while (timeline.Spans[_span].EndMs <= batch.TimeMs)
        {
            closed ??= Close(timeline.Spans[_span].EndMs);
            _span++;
        }
        if (_buffer?.Frames >= MaxFrames)
        {
            rejections.Add("segment handed out in parts", $"{assembler.Node} at {batch.TimeMs}");
            closed = Close(timeline.Spans[_span].EndMs);
        }
        assembler.Take(batch);
        _lastMs = batch.TimeMs;
        if (_frames++ == 0)
            _firstMs = batch.TimeMs;
        Open(batch.TimeMs);
        if (_wanted)
            assembler.Write(_buffer!.Add(batch.TimeMs));
        return closed;
    }

    /// <summary>At the end of the source: the segment that is still open, or null.</summary>
    public Segment? Finish()
    {
        var end = timeline.Spans[_span].EndMs;
        return Close(end <= _lastMs + cadenceMs ? end : null);
    }

    private bool InTurn(long timeMs)
    {
        if (timeMs > _lastMs)
            return true;
        rejections.Add(timeMs < _lastMs ? "scrape out of order" : "scrape's time stands twice", $"{assembler.Node} at {timeMs / 1000.0:F3}");
        return false;
    }

    private void Open(long timeMs)
    {
        if (_buffer is null)
        {
            var span = timeline.Spans[_span];
            _startMs = span.StartMs == long.MinValue ? _firstMs : span.StartMs;
            _wanted = wanted(_startMs);
            assembler.TakeNewColumns();
            _buffer = new SegmentBuffer(assembler.Schema);
            _grew = false;
        }
        else if (assembler.HasNewColumns && _frames <= SettlingFrames)
        {
            assembler.TakeNewColumns();
            _buffer = _buffer.Widen(assembler.Schema);
        }
        else if (assembler.HasNewColumns && !_grew)
        {
            _grew = true;
            rejections.Add("columns that came within a segment join at the next", $"{assembler.Node} at {timeMs / 1000.0:F3}");
        }
    }

    private Segment? Close(long? endMs)
    {
        var buffer = _buffer;
        _buffer = null;
        if (buffer is null || !_wanted || buffer.Frames == 0)
            return null;
        var times = buffer.Times();
        return new Segment
        {
            Node = assembler.Node,
            Jobs = timeline.Spans[_span].Jobs,
            StartMs = _startMs,
            EndMs = endMs,
            CadenceMs = cadenceMs,
            Metrics = buffer.Schema,
            TimesMs = times,
            Values = buffer.TakeValues(),
            Labels = label is null ? null : Array.ConvertAll(times, t => label(t)),
        };
    }
}
