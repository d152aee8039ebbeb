using Microsoft.Win32.SafeHandles;

namespace Tocsin.Actors.Log.Files;

/// <summary>The segments of one partition, as its writer sees them. Written by one thread; the list of segments is replaced as a whole, so readers need no lock.</summary>
internal sealed class PartitionFiles : IDisposable
{
    private readonly TopicPartition _at;
    private readonly string _folder;
    private readonly LogOptions _options;
    private readonly LogDisk _disk;
    private volatile Segment[] _segments;
    private SafeFileHandle _active;

    // Bytes of the last segment that are whole records, answered or about to be; the file may have more after a failed write.
    private long _length;
    private long _nextOffset;
    private long _visibleOffset;
    private long _lastMs;
    private long _neededFrom = long.MaxValue;
    private bool _torn;
    private LogBroken? _broken;

    public PartitionFiles(TopicPartition at, string folder, LogOptions options, LogDisk disk, OpenedPartition opened)
    {
        _at = at;
        _folder = folder;
        _options = options;
        _disk = disk;
        _segments = opened.Segments;
        _active = opened.Active;
        _length = opened.Segments[^1].Visible;
        _nextOffset = opened.NextOffset;
        _visibleOffset = opened.NextOffset;
        _lastMs = opened.Segments[^1].Header.CreatedMs;
    }

    public LogBounds Bounds
    {
        get
        {
            // Next first: it never falls, so a segment that retention takes between the two reads cannot make First the larger.
            var next = Volatile.Read(ref _visibleOffset);
            return new LogBounds(Math.Min(_segments[0].Header.Base, next), next);
        }
    }

    /// <summary>Records from this offset on are not let go, whatever retention says; any thread.</summary>
    public void Need(long offset) => Volatile.Write(ref _neededFrom, offset);

    public long DiskBytes => _segments.Sum(s => s.Visible);

    public Segment? SegmentOf(long offset)
    {
        var segments = _segments;
        if (offset > Volatile.Read(ref _visibleOffset))
            return null;
        for (var i = segments.Length - 1; i >= 0; i--)
        {
            if (segments[i].Header.Base <= offset)
                return segments[i];
        }
        return null;
    }

    public Segment? After(Segment segment)
    {
        foreach (var other in _segments)
        {
            if (other.Header.Base > segment.Header.Base)
                return other;
        }
        return null;
    }

    /// <summary>Gives the records their offsets and writes them; not yet visible. On failure nothing of them stays.</summary>
    public LogFailure? Write(Span<byte> records, int count, long nowMs, out long firstOffset)
    {
        firstOffset = _nextOffset;
        if (_broken is not null)
            return _broken;
        // A clock that is set back does not make the log's time run backwards.
        _lastMs = Math.Max(_lastMs, nowMs);
        try
        {
            if (_torn)
                CutOff();
            var newest = _segments[^1].Header;
            if (_nextOffset > newest.Base && (_length >= _options.SegmentBytes || _lastMs - newest.CreatedMs >= _options.SegmentAge.TotalMilliseconds))
                Roll(_nextOffset);
            if (Trim(_lastMs) is { } full)
                return full;
            var offset = _nextOffset;
            for (var at = 0; at < records.Length;)
            {
                var record = records.Slice(at, (int)RecordFormat.SizeAt(records[at..]));
                RecordFormat.Seal(record, offset++, _lastMs);
                at += record.Length;
            }
            _torn = true;
            _disk.Write(_active, records, _length);
            _torn = false;
            _length += records.Length;
            _nextOffset += count;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryCutOff();
            return LogDisk.IsFull(e)
                ? new LogFull($"the disk of the log is full ({_at}): free space, or lower log.keep_size")
                : new LogBroken($"cannot write the log of {_at}: {e.Message}");
        }
    }

    /// <summary>Syncs where the options want it, and lets readers see what was written.</summary>
    public LogFailure? Publish()
    {
        if (_options.Sync == LogSync.Group)
        {
            try
            {
                _disk.Sync(_active);
            }
            catch (IOException e)
            {
                // After a failed sync nobody knows what of the file is on the disk, and a second one may lie: only a start reads it anew.
                return _broken = new LogBroken($"cannot sync the log of {_at}: {e.Message}; the partition takes nothing until the next start");
            }
        }
        _segments[^1].Visible = _length;
        Volatile.Write(ref _visibleOffset, _nextOffset);
        return null;
    }

    /// <summary>Passes over offsets: the next record gets this one. Only before the first append, when nothing is written.</summary>
    public void AdvanceTo(long offset, long nowMs)
    {
        if (offset <= _nextOffset)
            return;
        _lastMs = Math.Max(_lastMs, nowMs);
        Roll(offset);
        _nextOffset = offset;
        Volatile.Write(ref _visibleOffset, offset);
    }

    /// <summary>Deletes what retention lets go.</summary>
    /// <returns>Null, or why nothing can be appended: the space is used up by records that are needed, or too young to go.</returns>
    public LogFull? Trim(long nowMs)
    {
        var segments = _segments;
        var bytes = segments[..^1].Sum(s => s.Visible) + _length;
        var kept = 0;
        var needed = Volatile.Read(ref _neededFrom);
        while (kept < segments.Length - 1 && segments[kept + 1].Header.Base <= needed)
        {
            // No record of a segment is younger than the creation of the next one.
            var ageMs = nowMs - segments[kept + 1].Header.CreatedMs;
            if (ageMs <= _options.RetentionAge.TotalMilliseconds && (bytes <= _options.RetentionBytes || ageMs <= _options.LeastAge.TotalMilliseconds))
                break;
            bytes -= segments[kept].Visible;
            kept++;
        }
        if (kept > 0)
        {
            // Out of the list before out of the folder: who opens it from the list finds it, or finds that it is no longer in the list.
            _segments = segments[kept..];
            foreach (var segment in segments[..kept])
                _disk.Delete(segment.Path);
        }
        return bytes <= _options.RetentionBytes + _options.SegmentBytes
            ? null
            : new LogFull($"{_at} holds {bytes} bytes that are not worked on yet, or are younger than {_options.LeastAge.TotalSeconds:0} s; log.keep_size is {_options.RetentionBytes}");
    }

    public void Dispose()
    {
        if (_torn)
            TryCutOff();
        try
        {
            _disk.Sync(_active);
        }
        catch (IOException)
        {
            // Answered records are with the operating system, which is what was promised without sync; with it, they were synced before.
        }
        _active.Dispose();
    }

    /// <summary>Closes the last segment, which is then on the disk whole, and begins one.</summary>
    private void Roll(long baseOffset)
    {
        _disk.Sync(_active);
        var (segment, file) = PartitionFolder.Create(_folder, new SegmentHeader(baseOffset, _nextOffset, _lastMs), _options, _disk);
        _active.Dispose();
        _active = file;
        _length = segment.Visible;
        _segments = [.. _segments, segment];
    }

    private void CutOff()
    {
        _disk.SetLength(_active, _length);
        _torn = false;
    }

    private void TryCutOff()
    {
        if (!_torn)
            return;
        try
        {
            CutOff();
        }
        catch (IOException)
        {
            // Tried again before the next write; a start that comes first cuts it as a torn tail.
        }
    }
}

/// <param name="Segments">At least one, by base offset.</param>
/// <param name="Active">The last one, to be written.</param>
internal sealed record OpenedPartition(Segment[] Segments, SafeFileHandle Active, long NextOffset);
