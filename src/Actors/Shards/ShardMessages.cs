using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;
using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Shards;

/// <summary>To the shard: records of its partition. It gives the batch back with <see cref="ReadOn"/>.</summary>
internal sealed record Records(LogBatch Batch, long End);

/// <summary>To the shard: nothing can be read where it was to be.</summary>
internal sealed record ReadFailed(LogFailure Failure);

/// <summary>To the shard: write what there is, then say <see cref="Released"/>.</summary>
internal sealed class Release
{
    public static readonly Release Instance = new();
}

/// <summary>From the shard: its memory is there, read from this offset.</summary>
internal sealed record ReadFrom(TopicPartition At, long Offset);

/// <summary>From the shard: the batch is free and its records are committed or in memory; more may come.</summary>
internal sealed record ReadOn(TopicPartition At, LogBatch Batch);

/// <summary>From the shard: the partition may go to another owner.</summary>
internal sealed record Released(TopicPartition At);

internal sealed class Tick
{
    public static readonly Tick Instance = new();
}

internal sealed class Again
{
    public static readonly Again Instance = new();
}

/// <summary>The answers of the ports, with the life of the shard's memory that they belong to: an answer to an earlier life is dropped.</summary>
internal sealed record AcquireAnswered(long Life, PortResult<AcquireResult> Result);

internal sealed record AttemptAnswered(long Life, PortResult<AttemptResult> Result);

internal sealed record CommitAnswered(long Life, PortResult<CommitResult> Result);

internal sealed record WindowsAnswered(long Life, PortResult<InferenceBatch> Result);
