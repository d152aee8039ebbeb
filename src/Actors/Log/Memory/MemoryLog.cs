using Tocsin.Actors.Log.Groups;

namespace Tocsin.Actors.Log.Memory;

/// <summary>A log in memory, for simulation and tests: the contract of the others, and levers for what goes wrong with them. It outlives the members that use it.</summary>
public sealed class MemoryLog : PartitionedLog
{
    private readonly TimeProvider _time;
    private readonly int _mostRecordBytes;
    private readonly Dictionary<TopicPartition, MemoryPartition> _partitions;
    private bool _closed;

    public MemoryLog(IReadOnlyDictionary<string, int> topics, TimeProvider time, string identity = "memory", int maxRecordBytes = 16 << 20)
        : base(topics)
    {
        _time = time;
        _mostRecordBytes = maxRecordBytes;
        Identity = identity;
        _partitions = All.ToDictionary(p => p, p => new MemoryPartition(p));
    }

    public override string Identity { get; }

    /// <summary>Asked before each append; what it gives is the reply, and nothing is appended.</summary>
    public Func<TopicPartition, LogFailure?>? Refuse { get; set; }

    /// <summary>Asked after each append; true = the record is there, and the reply says that nobody knows.</summary>
    public Func<TopicPartition, bool>? LoseReply { get; set; }

    /// <summary>Runs a reply, now or later; at once where it is not set.</summary>
    public Action<Action>? Deliver { get; set; }

    public override void Append(TopicPartition at, in LogEntry entry, IAppendReply? reply)
    {
        var size = RecordFormat.Size(entry);
        LogFailure? failure = _closed ? new LogClosed() : size > _mostRecordBytes || entry.Key.Length > RecordFormat.MaxKey ? new RecordTooLarge(size, _mostRecordBytes) : Refuse?.Invoke(at);
        if (failure is not null)
        {
            Answer(reply is null ? null : () => reply.Refused(at, failure));
            return;
        }
        var offset = _partitions[at].Append(entry, _time.GetUtcNow().ToUnixTimeMilliseconds());
        if (LoseReply?.Invoke(at) == true)
            Answer(reply is null ? null : () => reply.Refused(at, new LogBroken("the reply to an append was lost")));
        else
            Answer(reply is null ? null : () => reply.Appended(at, offset));
        WakeConsumers();
    }

    public override LogBounds Bounds(TopicPartition at) => _partitions[at].Bounds;

    /// <summary>As retention would: the records before the offset are gone.</summary>
    public void Trim(TopicPartition at, long before) => _partitions[at].Trim(before);

    /// <summary>Takes a partition from its owner, which may flush before.</summary>
    public void Revoke(string group, TopicPartition at) => Group(group).Revoke(at);

    /// <summary>Declares a consumer dead that may not know it; its partitions are others' at once.</summary>
    public void Lose(string group, ILogConsumer consumer) => Group(group).Lose(((LogConsumer)consumer).Member);

    /// <summary>Refuses from now on; what is in it can still be read.</summary>
    public override void Dispose() => _closed = true;

    private protected override LogFailure? TryOpen(TopicPartition at, long offset, out IPartitionCursor? cursor)
    {
        var (first, next) = _partitions[at].Bounds;
        cursor = offset < first || offset > next ? null : new MemoryCursor(_partitions[at], offset);
        return cursor is null ? new OffsetOutOfRange(at, offset, first, next) : null;
    }

    private void Answer(Action? reply)
    {
        if (reply is null)
            return;
        if (Deliver is { } deliver)
            deliver(reply);
        else
            reply();
    }
}
