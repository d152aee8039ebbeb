using System.Diagnostics;
using System.Text;
using Tocsin.Actors.Log;

namespace Tocsin.Unit.Log;

/// <summary>A record that tests keep: what <see cref="LogRecord"/> pointed at.</summary>
internal sealed record Kept(TopicPartition At, long Offset, string Key, byte Kind, string Payload, long TimestampMs);

internal static class Records
{
    public const string Topic = "t";

    public static readonly TopicPartition P0 = new(Topic, 0);
    public static readonly TopicPartition P1 = new(Topic, 1);

    /// <summary>Appends and waits for the reply.</summary>
    public static LogFailure? Append(this ILog log, TopicPartition at, string payload, string key = "k", byte kind = 1)
    {
        var group = new AppendGroup();
        group.Append(log, at, new LogEntry(Encoding.UTF8.GetBytes(key), kind, Encoding.UTF8.GetBytes(payload)));
        var done = group.WhenAll();
        Assert.True(done.Wait(TimeSpan.FromSeconds(60)), "an append was not answered");
        return done.Result;
    }

    /// <summary>What stands in a partition from an offset on.</summary>
    public static List<Kept> ReadAll(this ILog log, TopicPartition at, long from = 0)
    {
        using var consumer = log.Subscribe($"reader-{Interlocked.Increment(ref _readers)}", [at.Topic]);
        using var batch = new LogBatch();
        Assert.IsType<PartitionsAssigned>(consumer.Poll(batch, TimeSpan.Zero));
        consumer.Seek(at, from);
        var kept = new List<Kept>();
        while (true)
        {
            switch (consumer.Poll(batch, TimeSpan.Zero))
            {
                case RecordsPolled:
                    batch.KeepIn(kept);
                    break;
                case PollFailed failed:
                    throw new PollFailedException(failed, kept);
                default:
                    return kept;
            }
        }
    }

    public static void KeepIn(this LogBatch batch, List<Kept> kept)
    {
        foreach (var record in batch)
            kept.Add(new Kept(batch.At, record.Offset, Encoding.UTF8.GetString(record.Key), record.Kind, Encoding.UTF8.GetString(record.Payload), record.TimestampMs));
    }

    /// <summary>Polls until the consumer has something, within a limit.</summary>
    public static LogPoll Next(this ILogConsumer consumer, LogBatch batch)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (consumer.Poll(batch, TimeSpan.FromSeconds(1)) is not NothingPolled and var next)
                return next;
        }
        throw new TimeoutException("nothing came");
    }

    private static int _readers;
}

internal sealed class PollFailedException(PollFailed failed, List<Kept> before) : Exception(failed.Failure.Message)
{
    public LogFailure Failure { get; } = failed.Failure;

    public List<Kept> Before { get; } = before;
}

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class HandClock : TimeProvider
{
    private long _nowMs = 1_800_000_000_000;

    public long NowMs => Interlocked.Read(ref _nowMs);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    public void Move(TimeSpan by) => Interlocked.Add(ref _nowMs, (long)by.TotalMilliseconds);
}
