using Microsoft.Win32.SafeHandles;
using Tocsin.Actors.Log.Groups;

namespace Tocsin.Actors.Log.Files;

/// <summary>A place in a partition's files, with a handle of its own: retention may delete the file under it, and it reads on to the file's end.</summary>
internal sealed class FileCursor(FilePartition partition, long offset) : IPartitionCursor
{
    private Segment? _segment;
    private SafeFileHandle? _file;
    private long _position;
    private long _offset = offset;

    public LogFailure? Read(LogBatch into)
    {
        into.Clear(partition.At, _offset);
        try
        {
            if (_segment is null && Open() is { } failure)
                return failure;
            while (true)
            {
                // The list before the length: a newer segment is in the list only after this one's last byte is visible.
                var newer = partition.After(_segment!);
                var left = _segment!.Visible - _position;
                if (left > 0)
                    return ReadRecords(into, left);
                if (newer is null)
                    return null;
                if (newer.Header.Follows != _offset)
                {
                    var bounds = partition.Bounds;
                    return _offset < bounds.First
                        ? new OffsetOutOfRange(partition.At, _offset, bounds.First, bounds.Next)
                        : new LogCorrupt(_segment.Path, _position, _offset, $"the next file follows offset {newer.Header.Follows}");
                }
                Enter(newer);
                into.Clear(partition.At, _offset);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Retention took the file between the look and the open: what was asked for is gone.
            var bounds = partition.Bounds;
            return _offset < bounds.First
                ? new OffsetOutOfRange(partition.At, _offset, bounds.First, bounds.Next)
                : new LogBroken($"cannot read the log of {partition.At}: {e.Message}");
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
        _segment = null;
    }

    private LogFailure? ReadRecords(LogBatch into, long left)
    {
        var want = (int)Math.Min(left, into.MostBytes);
        while (true)
        {
            var bytes = into.Room(want);
            var have = 0;
            while (have < want)
            {
                var read = RandomAccess.Read(_file!, bytes[have..], _position + have);
                if (read == 0)
                    return Damaged("the file is shorter than it was");
                have += read;
            }
            var used = 0;
            var records = 0;
            while (used < have && records < into.MostRecords)
            {
                var check = RecordFormat.Check(bytes[used..], _offset + records, partition.MostRecordBytes, out var size, out var why);
                if (check == RecordRead.Bad || (check == RecordRead.Short && used + Math.Max(size, 8L) > left))
                {
                    // What is whole before it is given first; the damage is told when it is reached.
                    if (records > 0)
                        break;
                    return Damaged(check == RecordRead.Bad ? why : "a record beyond the file's end");
                }
                if (check == RecordRead.Short)
                {
                    if (records == 0)
                        want = Math.Max(size, (int)Math.Min(left, 64));
                    break;
                }
                used += size;
                records++;
            }
            if (records == 0)
                continue;
            into.Take(used, records);
            _position += used;
            _offset += records;
            return null;
        }
    }

    private LogFailure? Open()
    {
        if (partition.SegmentOf(_offset) is not { } segment)
        {
            var bounds = partition.Bounds;
            return new OffsetOutOfRange(partition.At, _offset, bounds.First, bounds.Next);
        }
        var wanted = _offset;
        Enter(segment);
        var buffer = new byte[1 << 16];
        while (_offset < wanted)
        {
            var want = (int)Math.Clamp(segment.Visible - _position, 0, buffer.Length);
            var have = want == 0 ? 0 : RandomAccess.Read(_file!, buffer.AsSpan(0, want), _position);
            var used = 0L;
            while (_offset < wanted && have - used >= RecordFormat.Header)
            {
                var record = buffer.AsSpan((int)used, have - (int)used);
                var size = RecordFormat.SizeAt(record);
                if (RecordFormat.OffsetAt(record) != _offset || size < RecordFormat.Header || size > partition.MostRecordBytes)
                    return Damaged("no record where one should begin");
                used += size;
                _offset++;
                // Behind the buffer: the next read begins there.
                if (used >= have)
                    break;
            }
            if (used == 0)
            {
                // The segment's end. Offsets that were passed over on purpose lie behind it; anything else is missing.
                if (partition.After(segment) is not { } next || next.Header.Follows != _offset)
                    return Damaged("the file ends too early");
                Enter(next);
                return null;
            }
            _position += used;
        }
        return null;
    }

    private void Enter(Segment segment)
    {
        _file?.Dispose();
        _file = segment.OpenToRead();
        _segment = segment;
        _position = SegmentHeader.Size;
        _offset = segment.Header.Base;
    }

    private LogCorrupt Damaged(string why) => new(_segment!.Path, _position, _offset, why);
}
