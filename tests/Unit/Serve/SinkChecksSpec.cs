using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Actors.Sinks;
using Tocsin.Daemon.Serve.Alerts;

namespace Tocsin.Unit.Serve;

public sealed class SinkChecksSpec
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_770_000_000_000);

    [Theory]
    [InlineData(0, null, 0, 0, 0, "nothing delivered since the start; 0 wait")]
    [InlineData(12, null, 0, 0, 1, "last delivered 12 s ago; 1 wait")]
    [InlineData(7200, "answered 503", 5400, 0, 4, "away for 90 min: answered 503; last delivered 120 min ago; 4 wait")]
    [InlineData(400_000, null, 0, 2, 3, "last delivered 5 d ago; 3 wait; 2 alerts are silenced")]
    public void It_is_said_when_a_sink_last_took_something_how_many_wait_and_what_is_the_matter(int lastSeconds, string? trouble, int troubleSeconds, int held, int waiting, string said)
    {
        var health = new SinkHealth(lastSeconds == 0 ? 0 : Before(lastSeconds), trouble, Before(troubleSeconds), held);
        var check = SinkChecks.Of(health, waiting, null, null, Now);
        Assert.Equal((true, said), (check.Ok, check.Detail));
        check = SinkChecks.Of(health, waiting, "refused", "no answer", Now);
        Assert.Equal((true, said + "; what lasts could not be sent again: refused; its silences are not known now: no answer"), (check.Ok, check.Detail));
    }

    [Fact]
    public async Task Each_sink_stands_among_the_checks_and_none_that_is_away_makes_the_daemon_unready()
    {
        await using var running = await RunningHost.StartAsync();
        running.Backend.Waiting = new Dictionary<string, long> { ["log"] = 3 };
        var (_, body) = await running.JsonAsync("/-/ready");
        Assert.True(body["ready"]!.GetValue<bool>());
        Assert.Contains("""{"name":"sink log","ok":true,"detail":"nothing delivered since the start; 3 wait"}""", body.ToJsonString());
        Assert.Contains("sink stream", body.ToJsonString());
    }

    [Fact]
    public async Task What_waits_for_a_sink_that_was_taken_out_is_dropped_at_the_start_and_counted()
    {
        await using var running = await RunningHost.StartAsync();
        using var store = new MemoryStore(new MemoryDatabase());
        var shard = new TopicPartition(LogTopics.Findings, 0);
        var epoch = Assert.IsType<Acquired>(await store.AcquireAsync(shard)).Epoch;
        var rows = Enumerable.Range(1, 12_000).Select(i => new NewOutboxEntry("old-hook", $"c-{i}", 1, new byte[] { 1 }, 0)).Append(new NewOutboxEntry("log", "c-1", 1, new byte[] { 1 }, 0));
        Assert.IsType<Committed>(await store.CommitAsync(new ShardCommit { Shard = shard, Epoch = epoch, NextOffset = 1, Outbox = [.. rows] }));
        running.Host.Sinks.DropOthers(store);
        Assert.Equal(12_000, running.Host.Sinks.Dropped);
        Assert.Equal([new KeyValuePair<string, long>("log", 1)], store.OutboxDepth());
        Assert.Contains("12000 revisions of alerts waited for 'old-hook', which is no sink any more", running.Said);
    }

    private static long Before(int seconds) => Now.ToUnixTimeMilliseconds() - (seconds * 1000L);
}
