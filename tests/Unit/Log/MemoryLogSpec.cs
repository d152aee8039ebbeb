using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Memory;

namespace Tocsin.Unit.Log;

public sealed class MemoryLogSpec : LogContract
{
    private protected override ILog Open() => new MemoryLog(Topics, Clock, maxRecordBytes: MostRecordBytes);

    [Fact]
    public void A_member_declared_lost_is_told_so_and_owns_nothing_until_it_joins_again()
    {
        using var log = new MemoryLog(Topics, Clock);
        using var batch = new LogBatch();
        using var frozen = log.Subscribe("g", [Records.Topic]);
        frozen.Poll(batch, TimeSpan.Zero);
        log.Lose("g", frozen);
        using var heir = log.Subscribe("g", [Records.Topic]);
        Assert.Equal(2, Assert.IsType<PartitionsAssigned>(heir.Poll(batch, TimeSpan.Zero)).Partitions.Count);
        Assert.Equal(2, Assert.IsType<PartitionsLost>(frozen.Poll(batch, TimeSpan.Zero)).Partitions.Count);
        // It joins again, and the heir gives it its share in an orderly way.
        Assert.IsType<NothingPolled>(frozen.Poll(batch, TimeSpan.Zero));
        var revoked = Assert.IsType<PartitionsRevoked>(heir.Poll(batch, TimeSpan.Zero));
        heir.Release(revoked.Partitions[0]);
        Assert.Equal(revoked.Partitions, Assert.IsType<PartitionsAssigned>(frozen.Poll(batch, TimeSpan.Zero)).Partitions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Partitions_are_spread_evenly_and_none_has_two_owners(int members)
    {
        using var log = new MemoryLog(new Dictionary<string, int> { ["t"] = 16 }, Clock);
        using var batch = new LogBatch();
        var owned = new Dictionary<ILogConsumer, HashSet<TopicPartition>>();
        for (var m = 0; m < members; m++)
            owned[log.Subscribe("g", ["t"])] = [];
        for (var quiet = 0; quiet < members;)
        {
            foreach (var (consumer, mine) in owned)
            {
                quiet++;
                switch (consumer.Poll(batch, TimeSpan.Zero))
                {
                    case PartitionsAssigned assigned:
                        mine.UnionWith(assigned.Partitions);
                        quiet = 0;
                        break;
                    case PartitionsRevoked revoked:
                        mine.ExceptWith(revoked.Partitions);
                        revoked.Partitions.ToList().ForEach(consumer.Release);
                        quiet = 0;
                        break;
                }
            }
            Assert.Equal(owned.Values.Sum(o => o.Count), owned.Values.SelectMany(o => o).Distinct().Count());
        }
        Assert.Equal(16, owned.Values.Sum(o => o.Count));
        Assert.InRange(owned.Values.Max(o => o.Count) - owned.Values.Min(o => o.Count), 0, 1);
    }

    [Fact]
    public async Task Levers_refuse_lose_replies_and_put_them_off()
    {
        using var log = new MemoryLog(Topics, Clock);
        log.Refuse = _ => new LogFull("full");
        Assert.IsType<LogFull>(log.Append(Records.P0, "a"));
        log.Refuse = null;
        log.LoseReply = _ => true;
        Assert.IsType<LogBroken>(log.Append(Records.P0, "b"));
        log.LoseReply = null;
        Assert.Equal(["b"], log.ReadAll(Records.P0).Select(r => r.Payload));
        var later = new List<Action>();
        log.Deliver = later.Add;
        var group = new AppendGroup();
        group.Append(log, Records.P0, new LogEntry([], 1, []));
        var done = group.WhenAll();
        Assert.False(done.IsCompleted);
        later.ForEach(a => a());
        Assert.Null(await done.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void What_retention_took_is_out_of_range_for_who_stands_there()
    {
        using var log = new MemoryLog(Topics, Clock);
        foreach (var payload in new[] { "a", "b", "c" })
            log.Append(Records.P0, payload);
        log.Trim(Records.P0, 2);
        Assert.Equal(new OffsetOutOfRange(Records.P0, 1, 2, 3), Assert.Throws<PollFailedException>(() => log.ReadAll(Records.P0, 1)).Failure);
        Assert.Equal(["c"], log.ReadAll(Records.P0, 2).Select(r => r.Payload));
    }
}
