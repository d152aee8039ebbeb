using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Memory;

namespace Tocsin.Actors.Simulation.Chain;

/// <summary>The log as one life of a member sees it: whose consumers they are is remembered, so that they can be declared lost.</summary>
internal sealed class ChainLog(MemoryLog log) : ILog
{
    private readonly List<(string Group, ILogConsumer Consumer)> _consumers = [];

    public string Identity => log.Identity;

    public int Partitions(string topic) => log.Partitions(topic);

    public void Append(TopicPartition at, in LogEntry entry, IAppendReply? reply) => log.Append(at, entry, reply);

    public LogBounds Bounds(TopicPartition at) => log.Bounds(at);

    public ILogConsumer Subscribe(string group, IReadOnlyList<string> topics)
    {
        var consumer = log.Subscribe(group, topics);
        _consumers.Add((group, consumer));
        return consumer;
    }

    public bool IsIn(string group) => _consumers.Exists(c => c.Group == group);

    /// <summary>The group has not heard of this member for too long.</summary>
    public void Expel()
    {
        foreach (var (group, consumer) in _consumers)
            log.Lose(group, consumer);
    }

    /// <summary>The member is dead: nobody joins again.</summary>
    public void Bury()
    {
        Expel();
        _consumers.Clear();
    }

    public void Dispose()
    {
    }
}
