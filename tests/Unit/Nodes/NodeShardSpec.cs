using System.Text.Json;
using System.Text.Json.Serialization;
using Tocsin.Actors.Nodes;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Nodes.Shard;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;
using Xunit.Abstractions;

namespace Tocsin.Unit.Nodes;

public sealed class NodeShardSpec(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void How_records_are_put_together_into_steps_changes_nothing(int seed)
    {
        var log = ShardDay.Make(seed);
        using var one = new ShardRun(log).Start().Finish(() => 1);
        using var all = new ShardRun(log).Start().Finish(() => 10_000);
        var random = new Random(seed);
        using var some = new ShardRun(log).Start().Finish(() => random.Next(1, 60));
        Same(one, all);
        Same(one, some);
        Assert.Contains(one.Findings, f => f.Contains("disk-filled", StringComparison.Ordinal));
        Assert.Equal(0, one.Shard.Rejections.Total);
        output.WriteLine($"{log.Records.Count} records, {one.Commits} commits, {one.Segments.Count()} segments, {one.Findings.Count()} findings, {one.Scores.Count} scores");
    }

    [Fact]
    public void What_is_stored_is_shown_after_a_restart_though_nothing_new_comes()
    {
        using var run = new ShardRun(ShardDay.Make(1)).Start().Finish(() => 40);
        var before = run.Shown;
        run.Start();
        Assert.Null(run.Draft());
        Assert.Equal(before + 5, run.Shown);
    }

    /// <summary>With few kept frames the heads of segments stand in rows of their own.</summary>
    [Theory]
    [InlineData(320)]
    [InlineData(12)]
    public void A_crash_at_any_point_and_a_replay_from_what_is_stored_give_the_undisturbed_run(int kept)
    {
        var (crashes, heads) = (0, 0);
        var options = ShardRun.Options with { Nodes = ShardRun.Options.Nodes with { MostKept = kept } };
        for (var seed = 1; seed <= 25; seed++)
        {
            var log = ShardDay.Make(seed % 5);
            using var undisturbed = new ShardRun(log, options).Start().Finish(() => 40);
            var random = new Random(seed);
            using var run = new ShardRun(log, options).Start();
            while (!run.Done)
            {
                crashes += Disturbed(run, random) ? 1 : 0;
                run.NowMs += random.Next(2000);
                heads = Math.Max(heads, run.Parts);
            }
            run.Finish(() => 1);
            Same(undisturbed, run, $"seed {seed}: ");
        }
        output.WriteLine($"{crashes} crashes, {heads} rows of heads at most");
        Assert.Equal(kept < 20, heads > 0);
        Assert.True(crashes > 200);
    }

    [Fact]
    public void The_day_holds_what_it_is_meant_to_hold()
    {
        using var run = new ShardRun(ShardDay.Make(1)).Start().Finish(() => 25);
        var findings = run.Findings.ToList();
        Assert.Contains(findings, f => f.Contains("n2") && f.Contains("Source = Model") && f.Contains("Active = True"));
        Assert.Contains(findings, f => f.Contains("n4") && f.Contains("Source = Silence") && f.Contains("Active = True"));
        Assert.Contains(findings, f => f.Contains("n4") && f.Contains("Source = Silence") && f.Contains("Active = False"));
        Assert.Contains(findings, f => f.Contains("n5") && f.Contains("Presence = Down"));
        Assert.Contains(findings, f => f.Contains("n3") && f.Contains("Mute = Drained"));
        Assert.True(run.Shard.Samples.ClosedByTime > 0 && run.Shard.Samples.Repeated > 0 && run.Shard.Samples.ClosedWhole > 400);
        Assert.All(run.Segments.Where(s => s.Contains("n2")), s => Assert.Matches("StartMs = (1710000000037|171000000003[0-9]|1710000000[0-9]{3}|1710000025000|1710000100000)", s));
        Assert.Contains(run.ShardRows.Keys, k => k.StartsWith("series/", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_that_only_went_on_are_written_within_a_minute_and_those_that_changed_at_once()
    {
        var log = ShardDay.Make(2);
        using var run = new ShardRun(log).Start();
        var (most, last) = (0L, 0);
        while (!run.Done)
        {
            run.Step(5);
            run.NowMs += 1000;
            most = Math.Max(most, Math.Min(log.Records.Count, last += 5) - run.NextOffset);
        }
        // Sixty steps of five records in a minute, and twelve until the turn of one in five.
        Assert.InRange(most, 5, 72 * 5);
    }

    [Fact]
    public void How_often_a_shard_is_asked_does_not_make_it_write_more_rows()
    {
        var log = ShardDay.Make(2);
        var (seldom, often) = (Rows(1), Rows(50));
        output.WriteLine($"{seldom} and {often} rows");
        Assert.InRange(often, seldom / 2, seldom + (seldom / 4));

        int Rows(int asks)
        {
            var rows = 0;
            using var run = new ShardRun(log).Start();
            while (!run.Done)
            {
                run.Apply(20);
                run.Score();
                for (var ask = 0; ask < asks; ask++)
                {
                    run.NowMs += 1000 / asks;
                    if (run.Draft() is not { } commit)
                        continue;
                    rows += commit.Nodes.Count;
                    run.Store(commit);
                    run.Shard.Committed();
                }
            }
            return rows;
        }
    }

    [Fact]
    public void What_a_few_nodes_say_is_shown_within_a_second_and_not_when_a_row_is_due()
    {
        using var run = new ShardRun(ShardDay.Make(2)).Start();
        while (!run.Done)
        {
            var before = run.Shown;
            run.Step(5);
            run.NowMs += 1000;
            Assert.NotEqual(before, run.Shown);
        }
    }

    [Fact]
    public void Records_that_cannot_be_read_are_named_and_passed()
    {
        var log = ShardDay.Make(3, seconds: 30);
        var random = new Random(3);
        foreach (var at in Enumerable.Range(0, 60).Select(_ => random.Next(log.Records.Count)))
        {
            var (time, key, kind, payload) = log.Records[at];
            log.Records.Insert(at, (time, key, kind, payload[..random.Next(payload.Length)]));
        }
        log.Records.Insert(5, (0, [], (byte)NodeRecordKind.Samples, []));
        log.Records.Insert(6, (0, "test/n1"u8.ToArray(), 77, []));
        using var run = new ShardRun(log).Start().Finish(() => 20);
        Assert.InRange(run.DeadLetters, 50, 60);
        Assert.Equal(["record of an unknown kind", "record without a node"], run.Shard.Rejections.ByReason.Keys.Where(k => k.StartsWith("record", StringComparison.Ordinal)));
        Assert.True(run.Scores.Count > 80);
    }

    [Fact]
    public void Samples_from_the_future_do_not_carry_the_shards_time_away()
    {
        var log = ShardDay.Make(4, seconds: 20);
        var sink = new LogNodeSink(log, "test", 2, _ => true);
        Assert.True(sink.AppendAsync([new SampleBatch(new NodeKey("test", "n1"), ShardDay.Start + 86_400_000, [new Sample(new SeriesId("cpu_v", []), 1)])], default).IsCompleted);
        using var run = new ShardRun(log).Start().Finish(() => 20);
        Assert.Equal("samples from the future", Assert.Single(run.Shard.Rejections.ByReason.Keys));
        Assert.Equal([KeyValuePair.Create("samples from the future", 1L)], run.Shard.Tallies.Rejected);
        Assert.Equal(run.Shard.Samples.Taken, run.Shard.Tallies.Samples.Single(s => s.Key == "taken").Value);
        Assert.InRange(run.Shard.WatermarkMs, ShardDay.Start + 18_000, ShardDay.Start + 21_000);
    }

    [Fact]
    public void Numbers_of_series_are_explained_until_the_log_has_answered_and_then_no_more()
    {
        var log = new ListLog { Holds = true };
        var sink = new LogNodeSink(log, "test", 7, s => s.Name != "unwanted");
        SeriesId[] series = [new("a", [new("device", "sda")]), new("unwanted", []), new("b", [])];
        var batch = new SampleBatch(new NodeKey("test", "n1"), 1000, [.. series.Select((s, i) => new Sample(s, i + 0.25))]);
        for (var i = 0; i < 2; i++)
            _ = sink.AppendAsync([batch], default);
        log.Answer();
        _ = sink.AppendAsync([batch], default);
        Assert.Equal(log.Records[0].Payload, log.Records[1].Payload);
        Assert.InRange(log.Records[2].Payload.Length, 1, log.Records[0].Payload.Length - 12);
        // What a shard that began at the first record makes of the last one.
        var numbers = new Numbers();
        var samples = new List<Sample>();
        foreach (var record in log.Records)
        {
            var reader = new WireReader(record.Payload);
            Assert.True(SampleRecord.TryRead(ref reader, numbers, samples, out var head, out var unknown));
            Assert.Equal((1000, 0), (head.TimeMs, unknown));
        }
        Assert.Equal([("a", 0.25), ("b", 2.25)], samples.Select(s => (s.Series.Name, s.Value)));
        Assert.Equal("sda", samples[0].Series.Label("device"));
    }

    /// <summary>A shard remembers so many writers. One whose number were its clock's, put back by a day, would be the oldest of them, and forgotten as it begins.</summary>
    [Fact]
    public void The_newest_writer_is_heard_though_a_shard_remembers_no_more_of_them_and_the_clock_went_back()
    {
        var log = new ListLog();
        using var store = new MemoryStore(new MemoryDatabase());
        var key = new NodeKey("test", "n1");
        for (var life = 0; life < SeriesSessions.MaxSessions + 10; life++)
        {
            var clock = ShardDay.Start - (life * 3_600_000L);
            log.NowMs = ShardDay.Start + (life * 1000);
            // Each writer meets the series in another order.
            SeriesId[] series = [new("cpu_v", []), new("memory_v", [])];
            if (life % 2 == 1)
                Array.Reverse(series);
            var sink = new LogNodeSink(log, "test", store.NextSession(clock), _ => true);
            Assert.True(sink.AppendAsync([new SampleBatch(key, log.NowMs, [.. series.Select(s => new Sample(s, s.Name == "cpu_v" ? 1 : 2))])], default).IsCompleted);
        }
        using var run = new ShardRun(log).Start().Finish(() => 7);
        Assert.Equal(0, run.Shard.Rejections.Total);
        Assert.Equal(2 * (SeriesSessions.MaxSessions + 10), run.Shard.Samples.Taken);
    }

    [Fact]
    public void Values_come_back_to_the_bit()
    {
        var random = new Random(5);
        var buffer = new byte[ValueBytes.Most];
        double[] special = [0, -0.0, 1, -1, double.NaN, StaleMarker.Value, double.PositiveInfinity, double.MinValue, double.Epsilon, 1L << 49, (1L << 49) - 1, -(1L << 50), 123456.78, 1e-9, 0.1, 1e300];
        foreach (var value in special.Concat(Enumerable.Range(0, 200_000).Select(_ => Math.Round(random.NextDouble() * Math.Pow(10, random.Next(-3, 16)), random.Next(10)) * (random.Next(2) == 0 ? -1 : 1))))
        {
            var length = ValueBytes.Write(buffer, value);
            ReadOnlySpan<byte> from = buffer.AsSpan(0, length);
            Assert.True(ValueBytes.TryRead(ref from, out var read));
            Assert.Equal((BitConverter.DoubleToInt64Bits(value), 0), (BitConverter.DoubleToInt64Bits(read), from.Length));
        }
    }

    /// <returns>True where it crashed.</returns>
    internal static bool Disturbed(ShardRun run, Random random)
    {
        run.Apply(random.Next(1, 80));
        switch (random.Next(6))
        {
            // Before anything of the step was computed, while it was, before its commit, and after one that nobody heard of.
            case 0:
                run.Start();
                return true;
            case 1:
                run.Shard.Windows();
                run.Start();
                return true;
            case 2:
                run.Score();
                run.Draft();
                run.Start();
                return true;
            case 3:
                run.Score();
                run.Store(run.Draft(random.Next(3) == 0));
                run.Start();
                return true;
            default:
                run.Score();
                var commit = run.Draft();
                run.Store(commit);
                if (commit is not null)
                    run.Shard.Committed();
                return false;
        }
    }

    internal static void Same(ShardRun expected, ShardRun actual, string where = "")
    {
        Assert.Equal(where + string.Join('\n', expected.Segments), where + string.Join('\n', actual.Segments));
        Assert.Equal(where + string.Join('\n', expected.Findings), where + string.Join('\n', actual.Findings));
        Assert.Equal(where + string.Join('\n', expected.Scores), where + string.Join('\n', actual.Scores));
        foreach (var (a, b) in expected.Rows.Zip(actual.Rows))
        {
            if (!Whole(a).SequenceEqual(Whole(b)))
                Assert.Fail($"{where}the rows of {a.Node}:\n{Json(a)}\n{Json(b)}");
        }
    }

    /// <summary>When which part of a head was stored follows the clock; that all of it is does not.</summary>
    private static byte[] Whole(NodeRow row)
    {
        Assert.True(NodeRowWire.TryRead(row.Bytes.Span, row.Node, out var state, out _));
        return NodeRowWire.Write(state with { Head = state.Head.Count == 0 ? [] : [new HeadPart(1, state.Head.Sum(p => p.Frames))] });
    }

    private static string Json(NodeRow row)
    {
        Assert.True(NodeRowWire.TryRead(row.Bytes.Span, row.Node, out var state, out _));
        return JsonSerializer.Serialize(state, new JsonSerializerOptions { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, IncludeFields = true });
    }

    private sealed class Numbers : ISeriesNumbers
    {
        private readonly Dictionary<(long, int), SeriesId> _all = [];

        public void Mean(long session, int number, SeriesId series) => _all.TryAdd((session, number), series);

        public SeriesId? Find(long session, int number) => _all.GetValueOrDefault((session, number));
    }
}
