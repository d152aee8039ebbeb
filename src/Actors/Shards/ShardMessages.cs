using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Runtime;
using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Shards;

/// <summary>From the shard: it has nothing in memory and wants the partition. Answered with <see cref="Yours"/> after a poll that left it its owner's.</summary>
internal sealed record MayAcquire(TopicPartition At);

/// <summary>To the shard: acquire.</summary>
internal sealed class Yours
{
    public static readonly Yours Instance = new();
}

/// <summary>From the shard: its memory is there, read from this offset.</summary>
/// <param name="Reading">Comes back with each batch, so that one that was read for an earlier wish is told from it: its records may lie beyond a gap.</param>
internal sealed record ReadFrom(TopicPartition At, long Offset, object Reading);

/// <summary>To the shard: records of its partition. It gives the batch back with <see cref="ReadOn"/>, whether it wanted it or not.</summary>
internal sealed record Records(object Reading, LogBatch Batch, long End);

/// <summary>To the shard: how far the log went when the reading began.</summary>
internal sealed record LogEnds(object Reading, long Next);

/// <summary>To the shard: nothing can be read where it was to be; nothing more comes for this reading.</summary>
internal sealed record ReadFailed(object Reading, LogFailure Failure);

/// <summary>From the shard: the batch is free; more may come.</summary>
internal sealed record ReadOn(TopicPartition At, LogBatch Batch);

/// <summary>To the shard: write what there is, then say <see cref="Released"/>.</summary>
internal sealed class Release
{
    public static readonly Release Instance = new();
}

/// <summary>From the shard: the partition may go to another owner.</summary>
internal sealed record Released(TopicPartition At);

internal sealed class Tick
{
    public static readonly Tick Instance = new();
}

/// <summary>The wait before another attempt is over.</summary>
internal sealed class Again
{
    public static readonly Again Instance = new();
}

/// <summary>The wait before reading where reading failed is over.</summary>
internal sealed class ReadAgain
{
    public static readonly ReadAgain Instance = new();
}

/// <summary>The answers of the ports, with the life of the shard's memory that they belong to: an answer to an earlier life is dropped.</summary>
internal sealed record AcquireAnswered(long Life, PortResult<AcquireResult> Result);

internal sealed record AttemptAnswered(long Life, PortResult<AttemptResult> Result);

internal sealed record CommitAnswered(long Life, PortResult<CommitResult> Result);

internal sealed record WindowsAnswered(long Life, PortResult<InferenceBatch> Result);
