using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Log.Files;

/// <summary>One partition: producers put records into a waiting buffer, its one writer writes the buffer out and answers.</summary>
/// <remarks>Offsets are given by the writer and not by producers, so a buffer that could not be written leaves no hole. What is under <c>_lock</c> is only
/// copied there; the disk is touched outside of it, by the writer.</remarks>
internal sealed class FilePartition : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly LogOptions _options;
    private readonly Action<FilePartition> _wake;
    private readonly PartitionFiles _files;
    private readonly Lock _lock = new();
    private Waiting _waiting = new();
    private Waiting _spare = new();
    private LogFailure? _closed;

    /// <param name="wake">Puts the partition on its writer's list; called once for each <see cref="WriteOut"/> that is needed.</param>
    public FilePartition(TopicPartition at, LogOptions options, PartitionFiles files, Action<FilePartition> wake)
    {
        At = at;
        _options = options;
        _files = files;
        _wake = wake;
    }

    public TopicPartition At { get; }

    public int MostRecordBytes => _options.MaxRecordBytes;

    public LogBounds Bounds => _files.Bounds;

    public long WaitingBytes
    {
        get
        {
            lock (_lock)
                return _waiting.Bytes.Length;
        }
    }

    public void Append(in LogEntry entry, IAppendReply? reply)
    {
        // Sums of int lengths fit a long; the check stands before any of them is trusted.
        var size = (long)RecordFormat.Header + entry.Key.Length + entry.Payload.Length;
        LogFailure? failure = null;
        var first = false;
        if (size > _options.MaxRecordBytes || entry.Key.Length > RecordFormat.MaxKey)
        {
            failure = new RecordTooLarge((int)Math.Min(size, int.MaxValue), _options.MaxRecordBytes);
        }
        else
        {
            lock (_lock)
            {
                failure = _closed;
                if (failure is null && _waiting.Bytes.Length + size > _options.MaxWaitingBytes)
                    failure = new LogOverloaded(RetryAfter);
                if (failure is null)
                {
                    first = _waiting.Replies.Count == 0;
                    RecordFormat.Write(_waiting.Bytes.GetSpan((int)size)[..(int)size], entry);
                    _waiting.Bytes.Advance((int)size);
                    _waiting.Replies.Add(reply);
                }
            }
        }
        if (failure is not null)
            reply?.Refused(At, failure);
        else if (first)
            _wake(this);
    }

    /// <summary>Null where nothing waits. Writes what waits; the replies come with <see cref="Written.Complete"/>.</summary>
    public Written? WriteOut(long nowMs)
    {
        Waiting group;
        lock (_lock)
        {
            if (_waiting.Replies.Count == 0)
                return null;
            group = _waiting;
            _waiting = _spare;
            // Until this group is answered there is no third buffer: nobody else calls this meanwhile.
            _spare = group;
        }
        var failure = _files.Write(group.Bytes.WrittenMutable, group.Replies.Count, nowMs, out var firstOffset);
        return new Written(this, group, failure, firstOffset);
    }

    /// <summary>Refuses from now on; what waits is still written.</summary>
    public void Close()
    {
        lock (_lock)
            _closed = new LogClosed();
    }

    public Segment? SegmentOf(long offset) => _files.SegmentOf(offset);

    public Segment? After(Segment segment) => _files.After(segment);

    public void Dispose()
    {
        _waiting.Bytes.Dispose();
        _spare.Bytes.Dispose();
    }

    /// <summary>Records that wait to be written, back to back, and who waits for each.</summary>
    internal sealed class Waiting
    {
        public PooledBuffer Bytes { get; } = new();

        public List<IAppendReply?> Replies { get; } = [];

        public void Clear()
        {
            // A burst's buffer goes back to the pool, so that quiet partitions hold none.
            if (Bytes.Length > 1 << 20)
                Bytes.Dispose();
            else
                Bytes.Clear();
            Replies.Clear();
        }
    }

    /// <summary>A group that was written, or was not.</summary>
    internal sealed class Written(FilePartition partition, Waiting group, LogFailure? failure, long firstOffset)
    {
        /// <summary>Syncs where the options want it, makes the records visible and answers.</summary>
        public void Complete()
        {
            var failed = failure ?? partition._files.Publish();
            var replies = group.Replies;
            for (var i = 0; i < replies.Count; i++)
            {
                if (failed is null)
                    replies[i]?.Appended(partition.At, firstOffset + i);
                else
                    replies[i]?.Refused(partition.At, failed);
            }
            group.Clear();
        }
    }
}
