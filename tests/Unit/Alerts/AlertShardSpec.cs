using Tocsin.Actors.Alerts;
using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class AlertShardSpec
{
    private static readonly TopicPartition At = new(LogTopics.Findings, 0);

    [Fact]
    public void Records_that_change_nothing_move_the_offset_within_a_minute()
    {
        var shard = new AlertShard("c1", new AlertOptions(), ["s"], _ => { });
        shard.Load(new Acquired(1, 0, 0, [], new Dictionary<string, byte[]>(), new Dictionary<string, long>()));
        var finding = new Scene().Finding("a");
        shard.Apply(Record(0, finding));
        Assert.Equal(1, Draft(shard, 1)!.NextOffset);
        shard.Committed();
        // The same in older words, as a publisher without an answer sends it: there is nothing to take in.
        shard.Apply(Record(1, finding with { AtMs = finding.AtMs - 1 }));
        Assert.Null(Draft(shard, 2));
        Assert.Equal(2, Draft(shard, 2, afterMs: 60_000)!.NextOffset);
        shard.Committed();
        Assert.Null(Draft(shard, 2, afterMs: 120_000));
    }

    private static LogRecord Record(long offset, Finding finding) => new(offset, Scene.StartMs, [], 1, FindingRecord.Of(finding).Payload.Span);

    private static ShardCommit? Draft(AlertShard shard, long appliedTo, long afterMs = 0) => shard.Draft(new ShardMoment(At, 1, appliedTo, Scene.StartMs + afterMs, CaughtUp: false, Whole: false));
}
