using Tocsin.Actors.Log;

namespace Tocsin.Daemon.Backtests;

/// <summary>Takes what is appended.</summary>
internal delegate void RecordTaken(TopicPartition at, in LogRecord record);

/// <summary>A log of one partition a topic that keeps nothing: each record goes to its reader while it is appended. One thread.</summary>
internal sealed class DirectLog(TimeProvider clock, RecordTaken taken) : ILog
{
    private readonly Dictionary<TopicPartition, long> _next = [];

    public string Identity => "backtest";

    public int Partitions(string topic) => 1;

    public void Append(TopicPartition at, in LogEntry entry, IAppendReply? reply)
    {
        var offset = Next(at);
        _next[at] = offset + 1;
        taken(at, new LogRecord(offset, clock.GetUtcNow().ToUnixTimeMilliseconds(), entry.Key, entry.Kind, entry.Payload));
        reply?.Appended(at, offset);
    }

    public long Next(TopicPartition at) => _next.GetValueOrDefault(at);

    public LogBounds Bounds(TopicPartition at) => new(0, Next(at));

    public ILogConsumer Subscribe(string group, IReadOnlyList<string> topics) => throw new NotSupportedException("whoever reads this log is told while it is written");

    public void Dispose()
    {
    }
}
