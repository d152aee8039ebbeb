using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Unit.Log;

namespace Tocsin.Unit.Stores;

public sealed class LogAndStoreSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-log-").FullName;
    private readonly MemoryDatabase _database = new();
    private readonly List<string> _notes = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_log_that_lost_its_end_goes_on_where_the_store_is()
    {
        using var store = new MemoryStore(_database);
        await store.AcquireAsync(Records.P0);
        await store.AcquireAsync(Records.P1);
        await store.AcquireAsync(new TopicPartition("elsewhere", 0));
        await store.CommitAsync(new ShardCommit { Shard = Records.P0, Epoch = 1, NextOffset = 40 });
        using var log = Open("a");
        log.Append(Records.P1, "x");
        log.Dispose();
        using var again = Open("a");
        LogAndStore.Join(again, store, _notes.Add);
        Assert.Equal(["the log of t/0 ended 40 records before what was committed, as after a power loss: offsets go on at 40"], _notes);
        again.Append(Records.P0, "y");
        Assert.Equal([40L], again.ReadAll(Records.P0, 40).Select(r => r.Offset));
        Assert.Equal(new LogBounds(0, 1), again.Bounds(Records.P1));
    }

    [Fact]
    public async Task What_the_store_has_not_counted_is_not_let_go_by_the_log()
    {
        var clock = new HandClock();
        LogOptions options = new() { Topics = LogTopics.Layout(2, 1), SegmentBytes = 64 << 10, RetentionBytes = 1 << 20, MaxRecordBytes = 4096, MaxWaitingBytes = 1 << 20 };
        TopicPartition counted = new(LogTopics.Samples, 0), never = new(LogTopics.Samples, 1);
        using var store = new MemoryStore(_database);
        await store.AcquireAsync(counted);
        using var log = FileLog.Open(Path.Combine(_folder, "n"), options, clock);
        LogAndStore.Join(log, store, _notes.Add);
        for (var i = 0; i < 10; i++)
            Append();
        Assert.Equal((0, 0), (log.Bounds(counted).First, log.Bounds(never).First));
        await store.CommitAsync(new ShardCommit { Shard = counted, Epoch = 1, NextOffset = 7 });
        LogAndStore.Join(log, store, _notes.Add);
        Append();
        Assert.Equal((7, 0), (log.Bounds(counted).First, log.Bounds(never).First));

        void Append()
        {
            clock.Move(options.RetentionAge + TimeSpan.FromSeconds(1));
            foreach (var at in (TopicPartition[])[counted, never])
                Assert.Null(log.Append(at, "x"));
        }
    }

    [Fact]
    public void A_store_of_another_log_is_refused()
    {
        using var store = new MemoryStore(_database);
        using (var log = Open("a"))
            LogAndStore.Join(log, store, _notes.Add);
        using var other = Open("b");
        Assert.Contains("the store belongs to the log", Assert.Throws<StoreException>(() => LogAndStore.Join(other, store, _notes.Add)).Message);
    }

    private FileLog Open(string name) =>
        FileLog.Open(Path.Combine(_folder, name), new LogOptions { Topics = new Dictionary<string, int> { [Records.Topic] = 2 } }, TimeProvider.System);
}
