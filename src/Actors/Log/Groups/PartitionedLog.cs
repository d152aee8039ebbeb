namespace Tocsin.Actors.Log.Groups;

/// <summary>What the log in files and the one in memory share: topics, groups and their consumers.</summary>
public abstract class PartitionedLog : ILog, IPartitionSource
{
    private readonly IReadOnlyDictionary<string, int> _topics;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ConsumerGroup> _groups = [];
    private volatile LogConsumer[] _consumers = [];

    private protected PartitionedLog(IReadOnlyDictionary<string, int> topics) => _topics = topics;

    public abstract string Identity { get; }

    public int Partitions(string topic) =>
        _topics.TryGetValue(topic, out var partitions) ? partitions : throw new ArgumentException($"there is no topic '{topic}'", nameof(topic));

    public abstract void Append(TopicPartition at, in LogEntry entry, IAppendReply? reply);

    public abstract LogBounds Bounds(TopicPartition at);

    /// <summary>A group's topics are those of its first member.</summary>
    public ILogConsumer Subscribe(string group, IReadOnlyList<string> topics)
    {
        LogConsumer consumer;
        lock (_lock)
        {
            if (!_groups.TryGetValue(group, out var members))
                _groups[group] = members = new ConsumerGroup([.. topics.SelectMany(t => Enumerable.Range(0, Partitions(t)).Select(p => new TopicPartition(t, p)))]);
            consumer = new LogConsumer(members, this, Left);
            _consumers = [.. _consumers, consumer];
        }
        consumer.Join();
        return consumer;
    }

    public abstract void Dispose();

    LogFailure? IPartitionSource.TryOpen(TopicPartition at, long offset, out IPartitionCursor? cursor) => TryOpen(at, offset, out cursor);

    private protected abstract LogFailure? TryOpen(TopicPartition at, long offset, out IPartitionCursor? cursor);

    private protected IEnumerable<TopicPartition> All =>
        _topics.SelectMany(t => Enumerable.Range(0, t.Value).Select(p => new TopicPartition(t.Key, p)));

    private protected ConsumerGroup Group(string group)
    {
        lock (_lock)
            return _groups[group];
    }

    /// <summary>Records are there to be read.</summary>
    private protected void WakeConsumers()
    {
        foreach (var consumer in _consumers)
            consumer.Wake();
    }

    private void Left(LogConsumer consumer)
    {
        lock (_lock)
            _consumers = [.. _consumers.Where(c => c != consumer)];
    }
}
