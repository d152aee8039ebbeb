namespace Tocsin.Actors.Log;

/// <summary>A partitioned, append-only log: a folder of files, memory under simulation, or a broker. All methods from any thread.</summary>
/// <remarks>
/// What every implementation holds, and one class of tests asks of each: an offset is given to one record for ever; a record is there once its
/// reply said so, in the order in which one producer appended; consumers see no record before that; a partition has one owner in a group.
/// </remarks>
public interface ILog : IDisposable
{
    /// <summary>Of this very log, stored beside the offsets: an offset means nothing in another one.</summary>
    string Identity { get; }

    /// <summary>Fixed when the log was first started.</summary>
    /// <exception cref="ArgumentException">No such topic.</exception>
    int Partitions(string topic);

    /// <summary>Takes a record. The reply comes once, perhaps before this returns, on any thread, and must not block.</summary>
    void Append(TopicPartition at, in LogEntry entry, IAppendReply? reply);

    LogBounds Bounds(TopicPartition at);

    /// <summary>Joins a group, in which each partition of the topics has one owner.</summary>
    ILogConsumer Subscribe(string group, IReadOnlyList<string> topics);
}

/// <param name="First">The first offset that is there.</param>
/// <param name="Next">The offset that the next record will get; equal to <paramref name="First"/> where there is none.</param>
public readonly record struct LogBounds(long First, long Next);

/// <summary>Told once for each record what became of it.</summary>
public interface IAppendReply
{
    /// <summary>It survives <c>kill -9</c>; with <see cref="LogSync.Group"/> power loss too.</summary>
    void Appended(TopicPartition at, long offset);

    void Refused(TopicPartition at, LogFailure failure);
}

/// <summary>One member of a group. One thread at a time.</summary>
public interface ILogConsumer : IDisposable
{
    /// <summary>What comes next: a change of what this member owns, or records of one partition that it owns and has sought in. The partitions take turns.</summary>
    /// <param name="into">Filled where the answer is <see cref="RecordsPolled"/>.</param>
    /// <param name="limit">How long to wait where there is nothing; zero does not wait.</param>
    LogPoll Poll(LogBatch into, TimeSpan limit);

    /// <summary>Where to read on. A partition that was assigned, or that failed, gives nothing until this is called.</summary>
    void Seek(TopicPartition at, long offset);

    /// <summary>No records of it until <see cref="Resume"/>; seeking is allowed.</summary>
    void Pause(TopicPartition at);

    void Resume(TopicPartition at);

    /// <summary>The answer to <see cref="PartitionsRevoked"/>: what had to be written is written, another member may own it.</summary>
    void Release(TopicPartition at);

    /// <summary>Called, on any thread, when <see cref="Poll"/> may have something; must not block. For owners that do not wait in <see cref="Poll"/>.</summary>
    Action? Ready { get; set; }
}

public abstract record LogPoll
{
    private protected LogPoll()
    {
    }
}

/// <summary>This member owns them from now on. Acquire the shard, then <see cref="ILogConsumer.Seek"/>.</summary>
public sealed record PartitionsAssigned(IReadOnlyList<TopicPartition> Partitions) : LogPoll;

/// <summary>Another member is to own them: flush under the epoch, then <see cref="ILogConsumer.Release"/>. No more records of them come.</summary>
public sealed record PartitionsRevoked(IReadOnlyList<TopicPartition> Partitions) : LogPoll;

/// <summary>Another member may own them already: discard, never write.</summary>
public sealed record PartitionsLost(IReadOnlyList<TopicPartition> Partitions) : LogPoll;

/// <summary>The batch has records.</summary>
public sealed record RecordsPolled : LogPoll
{
    internal static readonly RecordsPolled Instance = new();
}

public sealed record NothingPolled : LogPoll
{
    internal static readonly NothingPolled Instance = new();
}

/// <summary>The partition cannot be read where it was to be; nothing more comes of it until <see cref="ILogConsumer.Seek"/>.</summary>
public sealed record PollFailed(TopicPartition At, LogFailure Failure) : LogPoll;
