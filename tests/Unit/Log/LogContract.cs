using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Actors.Log;

namespace Tocsin.Unit.Log;

/// <summary>What <see cref="ILog"/> promises, asked of each implementation.</summary>
public abstract class LogContract : IDisposable
{
    private protected HandClock Clock { get; } = new();

    private protected static IReadOnlyDictionary<string, int> Topics { get; } = new Dictionary<string, int> { [Records.Topic] = 2, ["u"] = 1 };

    private protected const int MostRecordBytes = 20_000;

    private protected abstract ILog Open();

    public virtual void Dispose() => GC.SuppressFinalize(this);

    [Fact]
    public void What_was_appended_is_read_in_order_with_everything_that_was_given()
    {
        using var log = Open();
        Assert.Null(log.Append(Records.P1, "one", "cn1", 7));
        Clock.Move(TimeSpan.FromSeconds(5));
        Assert.Null(log.Append(Records.P1, "", "", 0));
        Assert.Null(log.Append(Records.P0, "other"));
        var t = Clock.NowMs;
        Assert.Equal([new Kept(Records.P1, 0, "cn1", 7, "one", t - 5000), new Kept(Records.P1, 1, "", 0, "", t)], log.ReadAll(Records.P1));
        Assert.Equal(new LogBounds(0, 2), log.Bounds(Records.P1));
        Assert.Equal(new LogBounds(0, 1), log.Bounds(Records.P0));
        Assert.Equal(new LogBounds(0, 0), log.Bounds(new TopicPartition("u", 0)));
    }

    [Fact]
    public void A_clock_set_back_does_not_turn_the_logs_time_back()
    {
        using var log = Open();
        log.Append(Records.P0, "a");
        Clock.Move(TimeSpan.FromHours(-1));
        log.Append(Records.P0, "b");
        var times = log.ReadAll(Records.P0).Select(r => r.TimestampMs).ToList();
        Assert.Equal(times[0], times[1]);
    }

    [Fact]
    public void Records_of_many_producers_keep_each_producers_order_and_no_offset_is_given_twice()
    {
        using var log = Open();
        const int producers = 4;
        const int each = 500;
        var threads = Enumerable.Range(0, producers).Select(p => new Thread(() =>
        {
            var group = new AppendGroup();
            for (var i = 0; i < each; i++)
                group.Append(log, Records.P0, new LogEntry([(byte)p], 1, Encoding.ASCII.GetBytes($"{i}")));
            Assert.Null(group.WhenAll().GetAwaiter().GetResult());
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        var records = log.ReadAll(Records.P0);
        Assert.Equal(Enumerable.Range(0, producers * each).Select(i => (long)i), records.Select(r => r.Offset));
        foreach (var ofOne in records.GroupBy(r => r.Key))
            Assert.Equal(Enumerable.Range(0, each).Select(i => $"{i}"), ofOne.Select(r => r.Payload));
    }

    [Fact]
    public void The_reply_names_the_offset_and_comes_once_a_record()
    {
        using var log = Open();
        var reply = new CountingReply(3);
        for (var i = 0; i < 3; i++)
            log.Append(Records.P0, new LogEntry([], 1, [1]), reply);
        Assert.True(reply.All.Wait(TimeSpan.FromSeconds(60)));
        Assert.Equal([0L, 1L, 2L], reply.Offsets);
    }

    [Fact]
    public void A_partition_gives_nothing_before_it_is_sought_and_then_from_there()
    {
        using var log = Open();
        foreach (var payload in new[] { "a", "b", "c" })
            log.Append(Records.P0, payload);
        using var consumer = log.Subscribe("g", [Records.Topic]);
        using var batch = new LogBatch();
        Assert.Equal([Records.P0, Records.P1], Assert.IsType<PartitionsAssigned>(consumer.Poll(batch, TimeSpan.Zero)).Partitions);
        Assert.IsType<NothingPolled>(consumer.Poll(batch, TimeSpan.Zero));
        consumer.Seek(Records.P0, 1);
        Assert.IsType<RecordsPolled>(consumer.Poll(batch, TimeSpan.Zero));
        Assert.Equal((Records.P0, 2, 3L), (batch.At, batch.Count, batch.NextOffset));
        Assert.IsType<NothingPolled>(consumer.Poll(batch, TimeSpan.Zero));
        consumer.Seek(Records.P0, 0);
        Assert.IsType<RecordsPolled>(consumer.Poll(batch, TimeSpan.Zero));
        Assert.Equal(3, batch.Count);
    }

    [Fact]
    public void An_offset_that_is_not_there_is_told_and_never_replaced_by_another()
    {
        using var log = Open();
        log.Append(Records.P0, "a");
        using var consumer = log.Subscribe("g", [Records.Topic]);
        using var batch = new LogBatch();
        consumer.Poll(batch, TimeSpan.Zero);
        foreach (var offset in new[] { 2L, -1L, long.MaxValue })
        {
            consumer.Seek(Records.P0, offset);
            Assert.Equal(new PollFailed(Records.P0, new OffsetOutOfRange(Records.P0, offset, 0, 1)), consumer.Poll(batch, TimeSpan.Zero));
            Assert.IsType<NothingPolled>(consumer.Poll(batch, TimeSpan.Zero));
        }
        consumer.Seek(Records.P0, 1);
        Assert.IsType<NothingPolled>(consumer.Poll(batch, TimeSpan.Zero));
        log.Append(Records.P0, "b");
        Assert.IsType<RecordsPolled>(consumer.Next(batch));
        Assert.Equal(2, batch.NextOffset);
    }

    [Fact]
    public void A_paused_partition_gives_nothing_and_the_others_take_turns()
    {
        using var log = Open();
        for (var i = 0; i < 3; i++)
        {
            log.Append(Records.P0, $"{i}");
            log.Append(Records.P1, $"{i}");
        }
        using var consumer = log.Subscribe("g", [Records.Topic]);
        using var batch = new LogBatch(mostRecords: 1);
        consumer.Poll(batch, TimeSpan.Zero);
        consumer.Seek(Records.P0, 0);
        consumer.Seek(Records.P1, 0);
        var turns = new List<TopicPartition>();
        for (var i = 0; i < 4; i++)
        {
            Assert.IsType<RecordsPolled>(consumer.Poll(batch, TimeSpan.Zero));
            turns.Add(batch.At);
        }
        Assert.Equal(2, turns.Count(t => t == Records.P0));
        consumer.Pause(Records.P0);
        Assert.IsType<RecordsPolled>(consumer.Poll(batch, TimeSpan.Zero));
        Assert.Equal(Records.P1, batch.At);
        Assert.IsType<NothingPolled>(consumer.Poll(batch, TimeSpan.Zero));
        consumer.Resume(Records.P0);
        Assert.IsType<RecordsPolled>(consumer.Poll(batch, TimeSpan.Zero));
        Assert.Equal((Records.P0, 3L), (batch.At, batch.NextOffset));
    }

    [Fact]
    public void A_batch_keeps_to_its_bounds_and_a_larger_record_comes_alone()
    {
        using var log = Open();
        foreach (var size in new[] { 10, 10, 5000, 10 })
            log.Append(Records.P0, new string('x', size));
        using var consumer = log.Subscribe("g", [Records.Topic]);
        using var batch = new LogBatch(mostBytes: 100);
        consumer.Poll(batch, TimeSpan.Zero);
        consumer.Seek(Records.P0, 0);
        var counts = new List<int>();
        while (consumer.Poll(batch, TimeSpan.Zero) is RecordsPolled)
            counts.Add(batch.Count);
        Assert.Equal([2, 1, 1], counts);
    }

    [Fact]
    public void A_record_that_is_too_large_is_refused_and_the_next_one_is_taken()
    {
        using var log = Open();
        Assert.IsType<RecordTooLarge>(log.Append(Records.P0, new string('x', MostRecordBytes)));
        Assert.IsType<RecordTooLarge>(log.Append(Records.P0, "", new string('k', 65_536)));
        Assert.Null(log.Append(Records.P0, new string('x', MostRecordBytes - 100)));
        Assert.Equal(new LogBounds(0, 1), log.Bounds(Records.P0));
    }

    [Fact]
    public void A_closed_log_refuses()
    {
        var log = Open();
        log.Dispose();
        Assert.IsType<LogClosed>(log.Append(Records.P0, "late"));
    }

    [Fact]
    public void Whoever_waits_is_woken_by_an_append_and_told_by_callback()
    {
        using var log = Open();
        using var consumer = log.Subscribe("g", [Records.Topic]);
        using var batch = new LogBatch();
        consumer.Poll(batch, TimeSpan.Zero);
        consumer.Seek(Records.P0, 0);
        var told = new ManualResetEventSlim();
        consumer.Ready = told.Set;
        var appender = new Thread(() => log.Append(Records.P0, "x"));
        appender.Start();
        Assert.IsType<RecordsPolled>(consumer.Poll(batch, TimeSpan.FromMinutes(1)));
        Assert.True(told.Wait(TimeSpan.FromMinutes(1)));
        appender.Join();
    }

    [Fact]
    public void A_second_member_gets_its_share_after_the_first_released_it_and_all_when_the_first_leaves()
    {
        using var log = Open();
        using var batch = new LogBatch();
        var first = log.Subscribe("g", [Records.Topic]);
        first.Poll(batch, TimeSpan.Zero);
        using var second = log.Subscribe("g", [Records.Topic]);
        Assert.IsType<NothingPolled>(second.Poll(batch, TimeSpan.Zero));
        var revoked = Assert.IsType<PartitionsRevoked>(first.Poll(batch, TimeSpan.Zero));
        Assert.Equal([Records.P1], revoked.Partitions);
        Assert.IsType<NothingPolled>(second.Poll(batch, TimeSpan.Zero));
        first.Release(Records.P1);
        Assert.Equal([Records.P1], Assert.IsType<PartitionsAssigned>(second.Poll(batch, TimeSpan.Zero)).Partitions);
        first.Dispose();
        Assert.Equal([Records.P0], Assert.IsType<PartitionsAssigned>(second.Poll(batch, TimeSpan.Zero)).Partitions);
    }

    [Fact]
    public void Each_group_reads_everything_and_a_revoked_partition_gives_nothing_more()
    {
        using var log = Open();
        log.Append(Records.P1, "x");
        Assert.Single(log.ReadAll(Records.P1));
        Assert.Single(log.ReadAll(Records.P1));
        using var batch = new LogBatch();
        using var first = log.Subscribe("g", [Records.Topic]);
        first.Poll(batch, TimeSpan.Zero);
        first.Seek(Records.P1, 0);
        using var second = log.Subscribe("g", [Records.Topic]);
        Assert.IsType<PartitionsRevoked>(first.Poll(batch, TimeSpan.Zero));
        Assert.IsType<NothingPolled>(first.Poll(batch, TimeSpan.Zero));
        first.Seek(Records.P1, 0);
        Assert.IsType<NothingPolled>(first.Poll(batch, TimeSpan.Zero));
    }

    [Fact]
    public void An_unknown_topic_is_a_bug()
    {
        using var log = Open();
        Assert.Throws<ArgumentException>(() => log.Partitions("nobody"));
        Assert.Equal(2, log.Partitions(Records.Topic));
    }

    [Fact]
    public void Any_sequence_of_appends_is_read_from_any_offset_as_it_was_given() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(15), Prop.ForAll(ArbMap.Default.ArbFor<(byte, NonNull<string>)[]>(), ArbMap.Default.ArbFor<PositiveInt>(), (entries, from) =>
        {
            using var log = Open();
            var before = new[] { log.Bounds(Records.P0).Next, log.Bounds(Records.P1).Next };
            var texts = entries.Select(e => (Partition: e.Item1 % 2, Text: Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(e.Item2.Get)))).ToList();
            foreach (var (partition, text) in texts)
                log.Append(new TopicPartition(Records.Topic, partition), text);
            foreach (var partition in new[] { 0, 1 })
            {
                var expected = texts.Where(t => t.Partition == partition).Select(t => t.Text).ToList();
                var skip = from.Get % (expected.Count + 1);
                Assert.Equal(expected.Skip(skip), log.ReadAll(new TopicPartition(Records.Topic, partition), before[partition] + skip).Select(r => r.Payload));
            }
        }));

    private sealed class CountingReply(int expected) : IAppendReply
    {
        private readonly List<long> _offsets = [];

        public ManualResetEventSlim All { get; } = new();

        public IReadOnlyList<long> Offsets => _offsets;

        public void Appended(TopicPartition at, long offset)
        {
            lock (_offsets)
            {
                _offsets.Add(offset);
                if (_offsets.Count == expected)
                    All.Set();
            }
        }

        public void Refused(TopicPartition at, LogFailure failure) => throw new InvalidOperationException(failure.Message);
    }
}
