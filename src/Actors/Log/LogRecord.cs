namespace Tocsin.Actors.Log;

/// <summary>What is to be appended. The bytes are copied before <see cref="ILog.Append"/> returns.</summary>
/// <param name="key">0..65,535 bytes.</param>
/// <param name="kind">What the payload is; the topic's users agree on it.</param>
public readonly ref struct LogEntry(ReadOnlySpan<byte> key, byte kind, ReadOnlySpan<byte> payload)
{
    public readonly ReadOnlySpan<byte> Key = key;
    public readonly byte Kind = kind;
    public readonly ReadOnlySpan<byte> Payload = payload;
}

/// <summary>A record as it was read. The spans point into the <see cref="LogBatch"/> and are good until it is filled again.</summary>
public readonly ref struct LogRecord(long offset, long timestampMs, ReadOnlySpan<byte> key, byte kind, ReadOnlySpan<byte> payload)
{
    /// <summary>Its place in the partition: increasing, never given twice.</summary>
    public readonly long Offset = offset;

    /// <summary>When the log took it, unix milliseconds; what the record is about has a time of its own in the payload.</summary>
    public readonly long TimestampMs = timestampMs;

    public readonly ReadOnlySpan<byte> Key = key;
    public readonly byte Kind = kind;
    public readonly ReadOnlySpan<byte> Payload = payload;
}
