namespace Tocsin.Actors.Log;

/// <summary>The topics of the log. The names are part of the contract with subscribers.</summary>
public static class LogTopics
{
    /// <summary>Key = node: batches of samples and events of jobs.</summary>
    public const string Samples = "tocsin.samples";

    /// <summary>Key = cause: what nodes' shards found, for the shards of alerts.</summary>
    public const string Findings = "tocsin.findings";

    /// <summary>One partition: its owner hosts the supervisor.</summary>
    public const string Control = "tocsin.control";

    /// <summary>For subscribers.</summary>
    public const string Alerts = "tocsin.alerts";

    /// <summary>For subscribers.</summary>
    public const string Decisions = "tocsin.decisions";

    public const int MaxPartitions = 1024;

    /// <param name="samples">Partitions of the samples, 1..1024: how many shards of nodes there are.</param>
    /// <param name="findings">1..1024: how many shards of alerts there are.</param>
    public static IReadOnlyDictionary<string, int> Layout(int samples, int findings) => new SortedDictionary<string, int>(StringComparer.Ordinal)
    {
        [Samples] = samples,
        [Findings] = findings,
        [Control] = 1,
        [Alerts] = 1,
        [Decisions] = 1,
    };
}

/// <summary>A partition of the log, which is a shard.</summary>
public readonly record struct TopicPartition(string Topic, int Partition) : IComparable<TopicPartition>
{
    public int CompareTo(TopicPartition other)
    {
        var byTopic = string.CompareOrdinal(Topic, other.Topic);
        return byTopic != 0 ? byTopic : Partition.CompareTo(other.Partition);
    }

    public override string ToString() => $"{Topic}/{Partition}";
}
