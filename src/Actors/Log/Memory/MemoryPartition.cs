using Tocsin.Actors.Log.Groups;

namespace Tocsin.Actors.Log.Memory;

/// <summary>Records as they would stand in a file, one array each.</summary>
internal sealed class MemoryPartition(TopicPartition at)
{
    private readonly Lock _lock = new();
    private readonly List<byte[]> _records = [];
    private long _first;
    private long _lastMs = long.MinValue;

    public TopicPartition At => at;

    public LogBounds Bounds
    {
        get
        {
            lock (_lock)
                return new LogBounds(_first, _first + _records.Count);
        }
    }

    public long Append(in LogEntry entry, long nowMs)
    {
        var record = new byte[RecordFormat.Size(entry)];
        RecordFormat.Write(record, entry);
        lock (_lock)
        {
            var offset = _first + _records.Count;
            // A clock that is set back does not make the log's time run backwards.
            _lastMs = Math.Max(_lastMs, nowMs);
            RecordFormat.Seal(record, offset, _lastMs);
            _records.Add(record);
            return offset;
        }
    }

    public void Trim(long before)
    {
        lock (_lock)
        {
            var gone = (int)Math.Clamp(before - _first, 0, _records.Count);
            _records.RemoveRange(0, gone);
            _first += gone;
        }
    }

    public LogFailure? Read(ref long offset, LogBatch into)
    {
        lock (_lock)
        {
            into.Clear(at, offset);
            if (offset < _first)
                return new OffsetOutOfRange(at, offset, _first, _first + _records.Count);
            for (var i = offset - _first; i < _records.Count && into.Count < into.MostRecords; i++)
            {
                var record = _records[(int)i];
                if (into.Count > 0 && into.Length + record.Length > into.MostBytes)
                    break;
                record.CopyTo(into.Room(record.Length));
                into.Take(record.Length, 1);
            }
            offset = into.NextOffset;
            return null;
        }
    }
}

internal sealed class MemoryCursor(MemoryPartition partition, long offset) : IPartitionCursor
{
    private long _offset = offset;

    public LogFailure? Read(LogBatch into) => partition.Read(ref _offset, into);

    public void Dispose()
    {
    }
}
