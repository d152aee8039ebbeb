namespace Tocsin.Actors.Log.Groups;

/// <summary>A reader's place in one partition. One thread at a time.</summary>
internal interface IPartitionCursor : IDisposable
{
    /// <summary>Fills the batch with whole, checked records from the cursor's offset on and moves behind them; an empty batch where there is none.</summary>
    LogFailure? Read(LogBatch into);
}

/// <summary>What a consumer reads from: opens cursors and tells when there is more.</summary>
internal interface IPartitionSource
{
    LogFailure? TryOpen(TopicPartition at, long offset, out IPartitionCursor? cursor);
}
