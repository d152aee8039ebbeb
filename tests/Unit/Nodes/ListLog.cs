using Tocsin.Actors.Log;

namespace Tocsin.Unit.Nodes;

/// <summary>A log of one partition that keeps its records in a list, and whose clock a test sets.</summary>
internal sealed class ListLog : ILog
{
    public List<(long TimestampMs, byte[] Key, byte Kind, byte[] Payload)> Records { get; } = [];

    public long NowMs { get; set; }

    /// <summary>Answers nothing until this is false again; then all that was asked.</summary>
    public bool Holds { get; set; }

    private readonly List<Action> _held = [];

    public string Identity => "list";

    public int Partitions(string topic) => 1;

    public void Append(TopicPartition at, in LogEntry entry, IAppendReply? reply)
    {
        Records.Add((NowMs, entry.Key.ToArray(), entry.Kind, entry.Payload.ToArray()));
        var offset = Records.Count - 1;
        if (Holds)
            _held.Add(() => reply?.Appended(at, offset));
        else
            reply?.Appended(at, offset);
    }

    public void Answer()
    {
        Holds = false;
        _held.ForEach(a => a());
        _held.Clear();
    }

    public LogRecord Record(int offset)
    {
        var (timestamp, key, kind, payload) = Records[offset];
        return new LogRecord(offset, timestamp, key, kind, payload);
    }

    public LogBounds Bounds(TopicPartition at) => new(0, Records.Count);

    public ILogConsumer Subscribe(string group, IReadOnlyList<string> topics) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
