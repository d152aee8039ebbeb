namespace Tocsin.Actors.Log;

/// <summary>When an append is answered.</summary>
public enum LogSync
{
    /// <summary>When the bytes are with the operating system: they survive <c>kill -9</c>, not power loss.</summary>
    None = 0,

    /// <summary>When they are on the disk. All that waits is synced together.</summary>
    Group = 1,
}

/// <summary>Of the log in files.</summary>
public sealed record LogOptions
{
    /// <summary>Topic to number of partitions, 1..1024. Must be what it was at the first start.</summary>
    public required IReadOnlyDictionary<string, int> Topics { get; init; }

    public LogSync Sync { get; init; }

    /// <summary>A segment that has this many bytes is closed: 64 KiB to 1 GiB.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>A segment this old is closed though it is small, so that retention by age has something to delete.</summary>
    public TimeSpan SegmentAge { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Segments are deleted when their newest record is older, and nobody needs it any more. At least <see cref="LeastAge"/>.</summary>
    public TimeSpan RetentionAge { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Of one partition. Beyond it the oldest segments go, but none whose newest record is needed, or younger than <see cref="LeastAge"/>: then appends
    /// are refused, since what was not snapshotted yet could not be recovered. At least two segments.</summary>
    public long RetentionBytes { get; init; } = 4L << 30;

    /// <summary>Two snapshot intervals: what is younger is never deleted.</summary>
    public TimeSpan LeastAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Of a record, its header included.</summary>
    public int MaxRecordBytes { get; init; } = 16 << 20;

    /// <summary>Waiting to be written, in one partition; more is <see cref="LogOverloaded"/>. At least one record.</summary>
    public int MaxWaitingBytes { get; init; } = 32 << 20;

    /// <summary>Null, or the first thing that is wrong: key, value, allowed range, unit.</summary>
    public string? Problem()
    {
        if (Topics.Count == 0)
            return "log.topics is empty; expected at least one topic";
        foreach (var (topic, partitions) in Topics)
        {
            if (topic.Length is 0 or > 100 || topic[0] == '.' || !topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
                return $"log.topics has '{topic}'; expected 1 to 100 letters, digits, '.', '-' and '_', the first not '.'";
            if (partitions is < 1 or > LogTopics.MaxPartitions)
                return $"log.partitions of {topic} is {partitions}; expected 1 to {LogTopics.MaxPartitions}";
        }
        if (SegmentBytes is < 64 << 10 or > 1 << 30)
            return $"log.segmentBytes is {SegmentBytes}; expected {64 << 10} to {1 << 30} bytes";
        if (SegmentAge < TimeSpan.FromSeconds(1))
            return $"log.segmentAge is {SegmentAge.TotalSeconds} s; expected 1 s or more";
        if (RetentionAge < LeastAge)
            return $"log.retentionAge is {RetentionAge.TotalSeconds} s; expected at least two snapshot intervals, {LeastAge.TotalSeconds} s";
        if (RetentionBytes < 2 * SegmentBytes)
            return $"log.keep_size is {RetentionBytes}; expected at least two segments, {2 * SegmentBytes} bytes";
        if (MaxRecordBytes is < 1024 or > 64 << 20)
            return $"log.maxRecordBytes is {MaxRecordBytes}; expected 1024 to {64 << 20} bytes";
        if (MaxWaitingBytes < MaxRecordBytes || MaxWaitingBytes > 512 << 20)
            return $"log.maxWaitingBytes is {MaxWaitingBytes}; expected {MaxRecordBytes} (one record) to {512 << 20} bytes";
        return null;
    }
}
