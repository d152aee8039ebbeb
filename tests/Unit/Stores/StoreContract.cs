using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Stores;

/// <summary>What <see cref="IStore"/> promises, asked of each implementation.</summary>
public abstract partial class StoreContract : IDisposable
{
    private protected static readonly TopicPartition Shard = new(LogTopics.Samples, 3);
    private protected static readonly TopicPartition Other = new(LogTopics.Samples, 4);
    private protected static readonly NodeKey Node = new("room", "cn1");

    /// <summary>Opens the store, the same one after another was disposed or has crashed.</summary>
    private protected abstract IStore Open(Action<StorePoint>? fault = null);

    /// <summary>The failure of a dependency as the implementation meets it.</summary>
    private protected abstract Exception DiskFull();

    public virtual void Dispose() => GC.SuppressFinalize(this);

    [Fact]
    public async Task Each_acquire_raises_the_epoch_of_its_shard_alone()
    {
        using var store = Open();
        Assert.Equal((1, 0), await EpochAsync(store, Shard));
        Assert.Equal((2, 0), await EpochAsync(store, Shard));
        Assert.Equal((1, 0), await EpochAsync(store, Other));
        Assert.Equal([new StoredShard(Shard, 2, 0), new StoredShard(Other, 1, 0)], store.Shards());
    }

    [Fact]
    public async Task What_was_committed_is_there_for_the_next_owner_and_after_a_restart()
    {
        using (var store = Open())
        {
            await EpochAsync(store, Shard);
            Assert.IsType<Committed>(await store.CommitAsync(Step(1, 10) with
            {
                Nodes = [new NodeRow(Node, 9, new byte[] { 1, 2, 3 }), new NodeRow(new NodeKey("room", "cn2"), 7, Array.Empty<byte>())],
                Rows = [new ShardRow("series", new byte[] { 4 }), new ShardRow("old", new byte[] { 5 })],
                Counters = [new Counter("alerts", 41)],
            }));
            Assert.IsType<Committed>(await store.CommitAsync(Step(1, 12) with
            {
                Nodes = [new NodeRow(Node, 11, new byte[] { 9 })],
                RemovedNodes = [new NodeKey("room", "cn2")],
                RemovedRows = ["old"],
                Counters = [new Counter("alerts", 42)],
            }));
        }
        using var again = Open();
        var acquired = Assert.IsType<Acquired>(await again.AcquireAsync(Shard));
        Assert.Equal((2, 12L), (acquired.Epoch, acquired.NextOffset));
        var node = Assert.Single(acquired.Nodes);
        Assert.Equal((Node, 11L), (node.Node, node.AppliedOffset));
        Assert.Equal([9], node.Bytes.ToArray());
        Assert.Equal(["series"], acquired.Rows.Keys);
        Assert.Equal([4], acquired.Rows["series"]);
        Assert.Equal(42, acquired.Counters["alerts"]);
        var other = Assert.IsType<Acquired>(await again.AcquireAsync(Other));
        Assert.Empty(other.Nodes);
        Assert.Empty(other.Counters);
    }

    [Fact]
    public async Task Parts_are_read_by_their_numbers_and_never_given_with_the_shard()
    {
        using (var store = Open())
        {
            await EpochAsync(store, Shard);
            await EpochAsync(store, Other);
            Assert.IsType<Committed>(await store.CommitAsync(Step(1, 10) with { Parts = [new ShardPart(1, new byte[] { 7 }), new ShardPart(2, new byte[] { 8, 8 }), new ShardPart(4, new byte[] { 9 })] }));
            Assert.Equal([8, 8], store.Part(Shard, 2)!);
            Assert.IsType<Committed>(await store.CommitAsync(Step(1, 12) with { RemovedParts = [2, 3] }));
            Assert.IsType<CommitFailed>(await store.CommitAsync(Step(1, 13) with { Parts = [new ShardPart(0, new byte[] { 7 })] }));
            Assert.Equal(new Fenced(1), await store.CommitAsync(Step(2, 14) with { RemovedParts = [1] }));
        }
        using var again = Open();
        Assert.Equal([7], again.Part(Shard, 1)!);
        Assert.Null(again.Part(Shard, 2));
        Assert.Null(again.Part(Other, 1));
        Assert.Equal(5, Assert.IsType<Acquired>(await again.AcquireAsync(Shard)).NextPart);
        Assert.Equal(1, Assert.IsType<Acquired>(await again.AcquireAsync(Other)).NextPart);
    }

    [Fact]
    public async Task An_old_epoch_writes_nothing_at_all()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        await EpochAsync(store, Shard);
        Assert.Equal(new Fenced(2), await store.CommitAsync(Everything(1, 5)));
        Assert.Equal(new AttemptFenced(2), await store.AttemptAsync(Shard, 1, 0));
        // An epoch that was never given is no better.
        Assert.Equal(new Fenced(2), await store.CommitAsync(Everything(3, 5)));
        Assert.Equal(new Fenced(0), await store.CommitAsync(Everything(0, 5) with { Shard = Other, Epoch = 1 }));
        AssertUntouched(store);
        Assert.Equal((3, 0), await EpochAsync(store, Shard));
    }

    [Fact]
    public async Task An_offset_never_falls()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        Assert.IsType<Committed>(await store.CommitAsync(Step(1, 10)));
        Assert.IsType<Committed>(await store.CommitAsync(Step(1, 10)));
        Assert.Contains("back from 10 to 9", Assert.IsType<CommitFailed>(await store.CommitAsync(Step(1, 9))).Failure.Message);
        Assert.Equal((2, 10), await EpochAsync(store, Shard));
    }

    [Fact]
    public async Task A_commit_that_cannot_be_stored_is_refused_alone()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        await EpochAsync(store, Other);
        var bad = store.CommitAsync(Everything(1, 5) with { Rows = [new ShardRow("", Array.Empty<byte>())] });
        var good = store.CommitAsync(Step(1, 6) with { Shard = Other });
        Assert.IsType<CommitFailed>(await bad);
        Assert.IsType<Committed>(await good);
        AssertUntouched(store);
    }

    [Fact]
    public async Task Attempts_at_a_record_are_counted_over_restarts_and_forgotten_when_it_is_passed()
    {
        await KilledAsync(async store =>
        {
            await EpochAsync(store, Shard);
            Assert.Equal(new Attempted(1), await store.AttemptAsync(Shard, 1, 0));
        });
        using var again = Open();
        Assert.Equal(1, Assert.IsType<Acquired>(await again.AcquireAsync(Shard)).Attempts);
        Assert.Equal(new Attempted(2), await again.AttemptAsync(Shard, 2, 0));
        Assert.IsType<Committed>(await again.CommitAsync(Step(2, 1) with { DeadLetters = [new NewDeadLetter(0, "it kills the process", 77)] }));
        Assert.Equal([new DeadLetter(Shard, 0, "it kills the process", 77)], again.DeadLetters(10));
        Assert.Equal(0, Assert.IsType<Acquired>(await again.AcquireAsync(Shard)).Attempts);
        Assert.Equal(new Attempted(1), await again.AttemptAsync(Shard, 3, 1));
    }

    /// <summary>Four kills at one record, or four orderly restarts, are no fault of it: only what was tried alone and ended the process counts.</summary>
    [Fact]
    public async Task What_was_tried_with_others_or_before_the_store_was_closed_in_order_does_not_count()
    {
        for (var epoch = 1; epoch <= 6; epoch++)
        {
            await KilledAsync(async store =>
            {
                Assert.Equal(epoch - 1 > 0 ? 1 : 0, Assert.IsType<Acquired>(await store.AcquireAsync(Shard)).Attempts);
                Assert.Equal(new Attempted(1), await store.AttemptAsync(Shard, epoch, 0, alone: false));
            });
        }
        // The first one alone takes the place of those; then each that is killed counts, and none that is closed in order.
        await KilledAsync(async store => await AlonAsync(store, 7, 1));
        await KilledAsync(async store => await AlonAsync(store, 8, 2));
        for (var epoch = 9; epoch <= 12; epoch++)
        {
            using var store = Open();
            await AlonAsync(store, epoch, 3);
        }
        await KilledAsync(async store => await AlonAsync(store, 13, 3));
        await KilledAsync(async store => await AlonAsync(store, 14, 4));

        async Task AlonAsync(IStore store, long epoch, int count)
        {
            Assert.Equal((epoch, 0), await EpochAsync(store, Shard));
            Assert.Equal(new Attempted(count), await store.AttemptAsync(Shard, epoch, 0));
        }
    }

    [Fact]
    public async Task Numbers_of_writers_rise_over_restarts_and_kills_though_the_clock_was_put_back()
    {
        using (var store = Open())
            Assert.Equal([5000L, 5001, 9000], new[] { store.NextSession(5000), store.NextSession(5000), store.NextSession(9000) });
        using (var store = Open())
            Assert.Equal(9001, store.NextSession(100));
        await KilledAsync(store => Task.FromResult(store.NextSession(100)));
        using var again = Open();
        Assert.Equal(9003, again.NextSession(0));
    }

    [Fact]
    public async Task An_attempt_counts_once_an_epoch_and_one_that_failed_without_the_records_fault_is_not_added_to()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        Assert.Equal(new Attempted(1), await store.AttemptAsync(Shard, 1, 0));
        Assert.Equal(new Attempted(1), await store.AttemptAsync(Shard, 1, 0));
        await EpochAsync(store, Shard);
        Assert.Equal(new Attempted(1), await store.AttemptAsync(Shard, 2, 0, blameless: true));
        await EpochAsync(store, Shard);
        Assert.Equal(new Attempted(2), await store.AttemptAsync(Shard, 3, 0));
        Assert.Equal(new Attempted(2), await store.AttemptAsync(Shard, 3, 0));
        // Another record is counted for itself.
        Assert.Equal(new Attempted(1), await store.AttemptAsync(Shard, 3, 1, blameless: true));
    }

    [Fact]
    public async Task Commits_of_many_shards_at_once_all_get_their_own_answer()
    {
        using var store = Open();
        var shards = Enumerable.Range(0, 16).Select(p => new TopicPartition(LogTopics.Samples, p)).ToList();
        foreach (var shard in shards)
            await EpochAsync(store, shard);
        await EpochAsync(store, shards[5]);
        var answers = await Task.WhenAll(Enumerable.Range(1, 20).SelectMany(i => shards.Select(s => store.CommitAsync(Step(1, i) with { Shard = s, Nodes = [new NodeRow(Node, i, new byte[100])] }))));
        Assert.Equal(20, answers.Count(a => a == new Fenced(2)));
        Assert.Equal(15 * 20, answers.Count(a => a is Committed));
        foreach (var shard in shards)
            Assert.Equal(shard == shards[5] ? 0 : 20, Assert.IsType<Acquired>(await store.AcquireAsync(shard)).NextOffset);
    }

    [Fact]
    public void A_store_belongs_to_one_log()
    {
        using (var store = Open())
        {
            store.BindLog("a");
            store.BindLog("a");
        }
        using var again = Open();
        Assert.Contains("belongs to the log 'a', but the log is 'b'", Assert.Throws<StoreException>(() => again.BindLog("b")).Message);
    }

    [Fact]
    public async Task A_closed_store_says_so()
    {
        var store = Open();
        store.Dispose();
        Assert.Equal(new CommitFailed(new StoreClosed()), await store.CommitAsync(Step(1, 1)));
        Assert.Equal(new AcquireFailed(new StoreClosed()), await store.AcquireAsync(Shard));
        Assert.Throws<StoreException>(() => store.Libraries());
        await Assert.ThrowsAsync<StoreException>(() => store.PutLibraryAsync(new LibraryRow(1, "p", null)));
    }

    [Fact]
    public async Task Libraries_keep_their_path_and_their_first_word_of_activation_until_a_newer_one()
    {
        using var store = Open();
        await store.PutLibraryAsync(new LibraryRow(2, "two", null));
        await store.PutLibraryAsync(new LibraryRow(1, "one", null));
        await store.PutLibraryAsync(new LibraryRow(1, "another", 5));
        await store.PutLibraryAsync(new LibraryRow(1, "another", null));
        Assert.Equal([new LibraryRow(1, "one", 5), new LibraryRow(2, "two", null)], store.Libraries());
    }

    private protected static ShardCommit Step(long epoch, long next) => new() { Shard = Shard, Epoch = epoch, NextOffset = next };

    /// <summary>Something of every kind.</summary>
    private protected static ShardCommit Everything(long epoch, long next) => Step(epoch, next) with
    {
        Nodes = [new NodeRow(Node, next - 1, new byte[] { 1 })],
        Rows = [new ShardRow("series", new byte[] { 2 })],
        Counters = [new Counter("alerts", next)],
        Findings = [new NewFinding("room/cn1", new byte[] { 3 })],
        Alerts = [AnAlert(1, 1, 1000)],
        Outbox = [new NewOutboxEntry("webhook", "room-1", 1, new byte[] { 4 }, 1000)],
        Segments = [new SegmentRow(Node, 1000, null, [new JobKey("7", 900)], 2, 1)],
        Jobs = [AJob("7", 900, JobEventSource.Hook, 1000)],
        DeadLetters = [new NewDeadLetter(next - 1, "bad", 1000)],
    };

    private protected static StoredAlert AnAlert(
        long number, int revision, long raisedMs, string node = "cn1", string? job = "7", FaultKind kind = FaultKind.Memory, long? clearedMs = null, Severity severity = Severity.Warning) => new(
        new Alert
        {
            Id = new AlertId("room", number),
            Revision = revision,
            Labels = new AlertLabels("TocsinNode", "room", node, null, null, null, kind),
            Cause = AlertCause.Node,
            Kind = kind,
            Severity = severity,
            SinceMs = raisedMs,
            RaisedMs = raisedMs,
            UpdatedMs = raisedMs + revision,
            ClearedMs = clearedMs,
            Job = job is null ? null : new JobKey(job, 5),
            Nodes = [node],
            NodeCount = 1,
            OutOf = 1,
            Summary = "",
            Evidence = "",
        },
        $"room/{node}");

    /// <summary>A life of the store that ends as with <c>kill -9</c>: nothing is written at its end.</summary>
    private async Task KilledAsync(Func<IStore, Task> life)
    {
        var over = false;
        using var store = Open(_ =>
        {
            if (over)
                throw new StoreCrash();
        });
        await life(store);
        over = true;
        store.Delivered([], _ => { });
    }

    private protected static JobEvent AJob(string id, long startMs, JobEventSource source, long asOfMs, long? endMs = null) => new()
    {
        JobId = id,
        StartMs = startMs,
        EndMs = endMs,
        Source = source,
        AsOfMs = asOfMs,
        NodeList = "cn1",
        NodeCount = 1,
    };

    private protected static void AssertUntouched(IStore store)
    {
        Assert.Empty(store.Alerts(new AlertQuery()));
        Assert.Empty(store.DueOutbox("webhook", long.MaxValue, 10));
        Assert.Empty(store.PendingFindings(10));
        Assert.Empty(store.Segments(new SegmentQuery()));
        Assert.Empty(store.Jobs(new JobQuery()));
        Assert.Empty(store.DeadLetters(10));
        Assert.Empty(store.OutboxDepth());
    }

    private protected static async Task<(long Epoch, long Next)> EpochAsync(IStore store, TopicPartition shard)
    {
        var acquired = Assert.IsType<Acquired>(await store.AcquireAsync(shard));
        return (acquired.Epoch, acquired.NextOffset);
    }
}
