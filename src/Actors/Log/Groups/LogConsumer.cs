using System.Diagnostics;

namespace Tocsin.Actors.Log.Groups;

/// <summary>A consumer over partitions of this process.</summary>
internal sealed class LogConsumer : ILogConsumer
{
    private readonly ConsumerGroup _group;
    private readonly IPartitionSource _source;
    private readonly GroupMember _member;
    private readonly Action<LogConsumer> _left;
    private readonly ManualResetEventSlim _more = new();

    // Of the polling thread alone.
    private readonly SortedDictionary<TopicPartition, Position> _owned = [];
    private readonly List<TopicPartition> _turns = [];
    private int _turn;
    private bool _disposed;

    public LogConsumer(ConsumerGroup group, IPartitionSource source, Action<LogConsumer> left)
    {
        _group = group;
        _source = source;
        _left = left;
        _member = new GroupMember(Wake);
    }

    public Action? Ready { get; set; }

    internal GroupMember Member => _member;

    /// <summary>After the log knows of this consumer, so that no wake is missed.</summary>
    public void Join() => _group.Join(_member);

    /// <summary>Any thread: there may be something to poll.</summary>
    public void Wake()
    {
        _more.Set();
        Ready?.Invoke();
    }

    public LogPoll Poll(LogBatch into, TimeSpan limit)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            // Reset before looking: what comes after the look sets it again, so nothing is slept over.
            _more.Reset();
            if (_group.Next(_member) is { } change)
                return Apply(change);
            if (Read(into) is { } read)
                return read;
            var left = limit - Stopwatch.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || !_more.Wait(left))
                return NothingPolled.Instance;
        }
    }

    public void Seek(TopicPartition at, long offset)
    {
        if (!_owned.TryGetValue(at, out var position))
            return;
        position.Cursor?.Dispose();
        position.Cursor = null;
        position.Wanted = offset;
    }

    public void Pause(TopicPartition at) => SetPaused(at, true);

    public void Resume(TopicPartition at) => SetPaused(at, false);

    public void Release(TopicPartition at) => _group.Release(_member, at);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var position in _owned.Values)
            position.Cursor?.Dispose();
        _owned.Clear();
        _group.Leave(_member);
        _left(this);
    }

    private LogPoll Apply(LogPoll change)
    {
        switch (change)
        {
            case PartitionsAssigned assigned:
                foreach (var at in assigned.Partitions)
                    _owned[at] = new Position();
                break;
            case PartitionsRevoked revoked:
                Drop(revoked.Partitions);
                break;
            case PartitionsLost lost:
                Drop(lost.Partitions);
                break;
        }
        _turns.Clear();
        _turns.AddRange(_owned.Keys);
        return change;
    }

    private void Drop(IReadOnlyList<TopicPartition> partitions)
    {
        foreach (var at in partitions)
        {
            if (_owned.Remove(at, out var position))
                position.Cursor?.Dispose();
        }
    }

    private LogPoll? Read(LogBatch into)
    {
        for (var i = 0; i < _turns.Count; i++)
        {
            _turn = (_turn + 1) % _turns.Count;
            var at = _turns[_turn];
            var position = _owned[at];
            if (position.Paused || (position.Cursor is null && position.Wanted is null))
                continue;
            LogFailure? failure = null;
            if (position.Wanted is { } offset)
            {
                position.Wanted = null;
                failure = _source.TryOpen(at, offset, out var cursor);
                position.Cursor = cursor;
            }
            failure ??= position.Cursor!.Read(into);
            if (failure is not null)
            {
                position.Cursor?.Dispose();
                position.Cursor = null;
                return new PollFailed(at, failure);
            }
            if (into.Count > 0)
                return RecordsPolled.Instance;
        }
        return null;
    }

    private void SetPaused(TopicPartition at, bool paused)
    {
        if (_owned.TryGetValue(at, out var position))
            position.Paused = paused;
    }

    private sealed class Position
    {
        public IPartitionCursor? Cursor { get; set; }

        /// <summary>Where to read from, until a cursor stands there.</summary>
        public long? Wanted { get; set; }

        public bool Paused { get; set; }
    }
}
