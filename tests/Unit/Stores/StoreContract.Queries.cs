using Tocsin.Actors.Persistence;
using Tocsin.Actors.Sinks;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task An_alert_is_its_highest_revision()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        var third = AnAlert(1, 3, 10);
        await store.CommitAsync(Step(1, 1) with { Alerts = [AnAlert(1, 1, 10), third with { Alert = third.Alert with { Nodes = ["cn1", "cn2"] } }] });
        await store.CommitAsync(Step(1, 2) with { Alerts = [AnAlert(1, 2, 10)] });
        var alert = Assert.Single(store.Alerts(new AlertQuery()));
        Assert.Equal(3, alert.Revision);
        Assert.Equal(["cn1", "cn2"], alert.Nodes);
        Assert.Single(store.Alerts(new AlertQuery(Node: "cn2")));
        await store.CommitAsync(Step(1, 3) with { Alerts = [AnAlert(1, 4, 10, clearedMs: 20)] });
        Assert.Empty(store.Alerts(new AlertQuery(Node: "cn2")));
        Assert.Equal(20, store.Alert(new AlertId("room", 1))!.ClearedMs);
        Assert.Null(store.Alert(new AlertId("room", 2)));
        Assert.Null(store.Alert(new AlertId("hall", 1)));
    }

    [Fact]
    public async Task Alerts_are_found_by_time_node_job_kind_severity_and_state()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        await store.CommitAsync(Step(1, 1) with
        {
            Alerts =
            [
                AnAlert(1, 1, 100, "cn1", "7", FaultKind.Memory, clearedMs: 200),
                AnAlert(2, 1, 150, "cn2", null, FaultKind.Gpu, severity: Severity.Critical),
                AnAlert(3, 1, 300, "cn1", "8", FaultKind.Gpu, clearedMs: 301),
            ],
        });
        long[] Found(AlertQuery query) => [.. store.Alerts(query).Select(a => a.Id.Number)];
        Assert.Equal([3, 2, 1], Found(new AlertQuery()));
        Assert.Equal([2, 1], Found(new AlertQuery(UntilMs: 300)));
        Assert.Equal([3, 2], Found(new AlertQuery(FromMs: 201)));
        Assert.Equal([3, 2, 1], Found(new AlertQuery(FromMs: 200)));
        Assert.Equal([2], Found(new AlertQuery(FromMs: 250, UntilMs: 260)));
        Assert.Equal([3, 1], Found(new AlertQuery(Node: "cn1")));
        Assert.Equal([1], Found(new AlertQuery(Job: "7")));
        Assert.Equal([3, 2], Found(new AlertQuery(Kind: FaultKind.Gpu)));
        Assert.Equal([2], Found(new AlertQuery(AtLeast: Severity.Critical)));
        Assert.Equal([2], Found(new AlertQuery(Open: true)));
        Assert.Equal([3, 1], Found(new AlertQuery(Open: false)));
        Assert.Equal([3], Found(new AlertQuery(Node: "cn1", Kind: FaultKind.Gpu, Job: "8", FromMs: 1, UntilMs: 1000, AtLeast: Severity.Info, Open: false)));
        Assert.Empty(Found(new AlertQuery(Node: "cn1'; DROP TABLE alerts; --")));
        Assert.Equal([3, 2], Found(new AlertQuery(Limit: 2)));
        Assert.Equal([1], Found(new AlertQuery(Limit: 2, Before: 2)));
        Assert.Equal([1], Found(new AlertQuery(Node: "cn1", Before: 3)));
    }

    [Fact]
    public async Task Segments_are_upserts_by_node_and_start_and_can_be_cut_anew()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        var first = new SegmentRow(Node, 100, null, [], null, 0);
        await store.CommitAsync(Step(1, 1) with { Segments = [first, new SegmentRow(new NodeKey("room", "cn2"), 50, 60, [new JobKey("1", 50), new JobKey("2_3", 55)], 4, 9)] });
        await store.CommitAsync(Step(1, 2) with { Segments = [first with { EndMs = 200, Pattern = 3, LibraryVersion = 1 }, new SegmentRow(Node, 200, null, [], null, 0)] });
        Assert.Equal([100, 200, 50], store.Segments(new SegmentQuery()).Select(s => s.StartMs));
        Assert.Equal((200L, 3, 1L), store.Segments(new SegmentQuery(Node: Node)).Select(s => (s.EndMs!.Value, s.Pattern!.Value, s.LibraryVersion)).First());
        Assert.Equal([new JobKey("1", 50), new JobKey("2_3", 55)], store.Segments(new SegmentQuery(UntilMs: 60)).Single().Jobs);
        Assert.Equal([200], store.Segments(new SegmentQuery(FromMs: 200)).Select(s => s.StartMs));
        Assert.Equal([200, 50], store.Segments(new SegmentQuery(After: new SegmentKey(Node, 100))).Select(s => s.StartMs));
        await store.CommitAsync(Step(1, 3) with { RemovedSegments = [new SegmentKey(Node, 200)], Segments = [new SegmentRow(Node, 150, null, [], null, 0)] });
        Assert.Equal([100, 150], store.Segments(new SegmentQuery(Node: Node, Limit: 5)).Select(s => s.StartMs));
    }

    [Fact]
    public async Task What_the_accounting_says_of_a_job_outranks_hooks_and_later_outranks_earlier()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        var next = 0L;
        async Task<JobEvent> After(JobEvent job)
        {
            Assert.IsType<Committed>(await store.CommitAsync(Step(1, ++next) with { Jobs = [job] }));
            return store.Jobs(new JobQuery(JobId: "7")).First(j => j.StartMs == 900);
        }

        Assert.Null((await After(AJob("7", 900, JobEventSource.Hook, 10))).EndMs);
        Assert.Equal(5000, (await After(AJob("7", 900, JobEventSource.Accounting, 5, 5000))).EndMs);
        Assert.Equal(5000, (await After(AJob("7", 900, JobEventSource.Hook, 20, 4000))).EndMs);
        Assert.Equal(5000, (await After(AJob("7", 900, JobEventSource.Accounting, 4, 3000))).EndMs);
        Assert.Equal(6000, (await After(AJob("7", 900, JobEventSource.Accounting, 6, 6000))).EndMs);
        // A requeued job is another run.
        await After(AJob("7", 9000, JobEventSource.Hook, 30));
        await After(AJob("8", 100, JobEventSource.Hook, 30, 200));
        Assert.Equal([9000L, 900], store.Jobs(new JobQuery(JobId: "7")).Select(j => j.StartMs!.Value));
        Assert.Equal(["7", "7"], store.Jobs(new JobQuery(FromMs: 200)).Select(j => j.JobId));
        Assert.Equal(["8"], store.Jobs(new JobQuery(UntilMs: 900)).Select(j => j.JobId));
        Assert.Equal(["8"], store.Jobs(new JobQuery(After: new JobKey("7", 900))).Select(j => j.JobId));
    }

    /// <summary>A hook's clock is its host's: its start lies in another second than the accounting's.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_run_is_one_row_though_two_sources_name_two_starts_whoever_comes_first(bool hooksFirst)
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        JobEvent[] hooks = [AJob("7", 99_000, JobEventSource.Hook, 99_000), AJob("7", 205_000, JobEventSource.Hook, 205_000), AJob("9", 101_000, JobEventSource.Hook, 101_000)];
        JobEvent[] sacct = [AJob("7", 100_000, JobEventSource.Accounting, 300_000, 200_000), AJob("7", 204_000, JobEventSource.Accounting, 300_000), AJob("8", 101_000, JobEventSource.Accounting, 1, 101_000)];
        var next = 0L;
        foreach (var job in hooksFirst ? hooks.Concat(sacct) : sacct.Concat(hooks))
            Assert.IsType<Committed>(await store.CommitAsync(Step(1, ++next) with { Jobs = [job] }));
        // A requeued run is a run of its own, and another id has nothing to do with it.
        Assert.Equal([("7", 204_000L), ("9", 101_000), ("8", 101_000), ("7", 100_000)], store.Jobs(new JobQuery()).Select(j => (j.JobId, j.StartMs!.Value)));
        Assert.Equal([204_000L], store.Jobs(new JobQuery(JobId: "7", FromMs: 201_000)).Select(j => j.StartMs!.Value));
        // Further off than that it is another one.
        Assert.IsType<Committed>(await store.CommitAsync(Step(1, ++next) with { Jobs = [AJob("7", 39_000, JobEventSource.Hook, 1), AJob("7", 203_000, JobEventSource.Hook, 1)] }));
        Assert.Equal([204_000L, 100_000, 39_000], store.Jobs(new JobQuery(JobId: "7")).Select(j => j.StartMs!.Value));
    }

    [Fact]
    public async Task The_outbox_gives_each_alerts_lowest_revision_when_it_is_due_and_keeps_it_until_it_is_delivered()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        var filled = 0;
        store.OutboxFilled = () => Interlocked.Increment(ref filled);
        NewOutboxEntry Entry(string sink, string alert, int revision) => new(sink, alert, revision, new[] { (byte)revision }, 100);
        await store.CommitAsync(Step(1, 1) with { Outbox = [Entry("s", "a", 1), Entry("s", "a", 2), Entry("s", "b", 1), Entry("t", "a", 1), Entry("s", "a", 1)] });
        string[] Due(string sink, long now = 100) => [.. store.DueOutbox(sink, now, 10).Select(e => $"{e.Alert}{e.Revision}")];
        Assert.Empty(Due("s", 99));
        Assert.Equal(["a1", "b1"], Due("s"));
        Assert.Equal(["a1"], Due("t"));
        Assert.Equal(new Dictionary<string, long> { ["s"] = 3, ["t"] = 1 }, store.OutboxDepth());
        var first = store.DueOutbox("s", 100, 10)[0];
        Assert.Equal([1], first.Payload);
        Assert.Equal((100L, 0), (first.CreatedMs, first.Attempts));

        // Put off: neither it nor what stands behind it is due before.
        await store.RescheduleAsync(first.Number, 1, 500, "no answer");
        Assert.Equal(["b1"], Due("s"));
        Assert.Equal(["a1", "b1"], Due("s", 500));
        Assert.Equal(1, store.DueOutbox("s", 500, 1)[0].Attempts);

        await store.DeliveredAsync([first.Number]);
        Assert.Equal(["a2", "b1"], Due("s"));
        var second = store.DueOutbox("s", 100, 10)[0];
        await store.AbandonAsync(second.Number, "refused for a day", 900);
        Assert.Equal(["b1"], Due("s"));
        var abandoned = Assert.Single(store.Abandoned(10));
        Assert.Equal((second.Number, "refused for a day", 900L), (abandoned.Entry.Number, abandoned.Reason, abandoned.AtMs));
        Assert.True(filled >= 1);
    }

    [Fact]
    public async Task The_dispatchers_outbox_gives_events_and_gives_up_what_cannot_be_read()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        var raised = new AlertRaised(AnAlert(1, 1, 100).Alert);
        await store.CommitAsync(Step(1, 1) with { Outbox = [NewOutboxEntry.Of("s", raised, 100), new NewOutboxEntry("s", "room-2", 1, new byte[] { 0xc1 }, 100)] });
        var outbox = new StoreOutbox(store);
        var row = Assert.Single(await outbox.TakeDueAsync("s", 100, 10, default));
        Assert.Equal(raised.Alert.Id, Assert.IsType<AlertRaised>(row.Event).Alert.Id);
        Assert.StartsWith("it cannot be read", Assert.Single(store.Abandoned(10)).Reason);
        await outbox.RescheduleAsync(row, 1, 200, "no answer", default);
        Assert.Empty(await outbox.TakeDueAsync("s", 199, 10, default));
        row = Assert.Single(await outbox.TakeDueAsync("s", 200, 10, default));
        Assert.Equal(1, row.Attempts);
        await outbox.DeliveredAsync(row, 300, default);
        Assert.Empty(store.OutboxDepth());
    }

    [Fact]
    public async Task Entries_of_a_range_are_dropped_and_the_newest_of_an_alert_is_found()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        await store.CommitAsync(Step(1, 1) with { Outbox = [.. from s in (string[])["s", "t"] from a in (string[])["a", "b"] from r in (int[])[1, 2, 3] select new NewOutboxEntry(s, a, r, new byte[] { 1 }, 0)] });
        Assert.Equal((3, "t", "b"), (store.NewestOutbox("t", "b")!.Revision, store.NewestOutbox("t", "b")!.Sink, store.NewestOutbox("t", "b")!.Alert));
        Assert.Null(store.NewestOutbox("t", "c"));
        Assert.Equal(2, await store.DropAsync(new OutboxRange("t", "b", 2, 3)));
        Assert.Equal(1, store.NewestOutbox("t", "b")!.Revision);
        Assert.Equal(6, await store.DropAsync(new OutboxRange("s")));
        Assert.Equal(0, await store.DropAsync(new OutboxRange("s")));
        Assert.Equal([new KeyValuePair<string, long>("t", 4)], store.OutboxDepth());
        // Why one waits comes back with it.
        var entry = store.DueOutbox("t", 0, 1)[0];
        Assert.Null(entry.Why);
        await store.RescheduleAsync(entry.Number, 0, 1, "silenced");
        Assert.Equal("silenced", store.DueOutbox("t", 1, 10).Single(e => e.Number == entry.Number).Why);
    }

    [Fact]
    public async Task Outbox_and_findings_are_numbered_in_the_order_of_the_commits_and_no_number_comes_again()
    {
        using (var store = Open())
        {
            await EpochAsync(store, Shard);
            for (var i = 1; i <= 3; i++)
                await store.CommitAsync(Step(1, i) with { Findings = [new NewFinding($"k{i}", new[] { (byte)i })], Outbox = [new NewOutboxEntry("s", $"a{i}", 1, new byte[] { 1 }, 0)] });
            var pending = store.PendingFindings(2);
            Assert.Equal(["k1", "k2"], pending.Select(f => f.Key));
            Assert.All(pending, f => Assert.Equal(Shard, f.Shard));
            await store.PublishedAsync([.. store.PendingFindings(10).Select(f => f.Number)]);
            Assert.Empty(store.PendingFindings(10));
            await store.DeliveredAsync([.. store.DueOutbox("s", 0, 10).Select(e => e.Number)]);
        }
        using var again = Open();
        var epoch = (await EpochAsync(again, Shard)).Epoch;
        await again.CommitAsync(Step(epoch, 4) with { Findings = [new NewFinding("k4", new byte[] { 4 })], Outbox = [new NewOutboxEntry("s", "a4", 1, new byte[] { 1 }, 0)] });
        Assert.True(again.PendingFindings(1)[0].Number > 3);
        Assert.True(again.DueOutbox("s", 0, 1)[0].Number > 3);
    }

    [Fact]
    public async Task Pruning_takes_what_is_over_and_old_and_leaves_what_is_open()
    {
        using var store = Open();
        await EpochAsync(store, Shard);
        await store.CommitAsync(Step(1, 1) with
        {
            Alerts = [AnAlert(1, 1, 10, clearedMs: 20), AnAlert(2, 1, 10), AnAlert(3, 1, 10, clearedMs: 200)],
            Segments = [new SegmentRow(Node, 1, 20, [], null, 0), new SegmentRow(Node, 20, null, [], null, 0)],
            Jobs = [AJob("1", 1, JobEventSource.Hook, 1, 20), AJob("2", 1, JobEventSource.Hook, 1)],
            DeadLetters = [new NewDeadLetter(0, "old", 20), new NewDeadLetter(0, "new", 200)],
        });
        Assert.Equal(0, await store.PruneAsync(new Prune(null, null, null, null)));
        Assert.Equal(4, await store.PruneAsync(new Prune(100, 100, 100, 100)));
        Assert.Equal([3, 2], store.Alerts(new AlertQuery()).Select(a => a.Id.Number));
        Assert.Equal(2, store.Alerts(new AlertQuery(Node: "cn1")).Count);
        Assert.Equal([20], store.Segments(new SegmentQuery()).Select(s => s.StartMs));
        Assert.Equal(["2"], store.Jobs(new JobQuery()).Select(j => j.JobId));
        Assert.Equal(["new"], store.DeadLetters(10).Select(l => l.Reason));
    }
}
