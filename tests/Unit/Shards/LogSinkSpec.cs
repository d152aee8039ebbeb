using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Memory;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards.Samples;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Shards;

public sealed class LogSinkSpec
{
    private readonly MemoryLog _log = new(LogTopics.Layout(2, 1), TimeProvider.System);

    [Fact]
    public async Task What_is_appended_is_read_back_with_one_object_a_series()
    {
        using var sink = new LogSink(_log, "c", 7);
        var batches = Enumerable.Range(0, 40).Select(i => Batch($"n{i % 8}", 1000 * i, ("a", i), ("b{x=1}", double.NaN), ("c", StaleMarker.Value))).ToList();
        foreach (var some in batches.Chunk(5))
            Assert.IsType<Appended>(await sink.AppendAsync(some, default));
        var read = Read();
        Assert.Equal(batches.Count, read.Count);
        foreach (var (node, sent) in batches.GroupBy(b => b.Node).Select(g => (g.Key, g.ToList())))
        {
            var came = read.Where(b => b.Node == node).ToList();
            Assert.Equal(sent.Select(Text), came.Select(Text));
        }
        Assert.True(read.SelectMany(b => b.Samples).Select(s => s.Series).Distinct(ReferenceEqualityComparer.Instance).Count() <= 6, "at most one object a series and partition");
    }

    [Fact]
    public async Task Two_writers_and_a_restart_number_the_same_series_without_mixing_them_up()
    {
        using var first = new LogSink(_log, "c", 1);
        using var second = new LogSink(_log, "c", 1000);
        await first.AppendAsync([Batch("n1", 1, ("a", 1), ("b", 2))], default);
        await second.AppendAsync([Batch("n1", 2, ("b", 3), ("a", 4))], default);
        await first.AppendAsync([Batch("n1", 3, ("b", 5))], default);
        Assert.Equal(["n1 1: a=1 b=2", "n1 2: b=3 a=4", "n1 3: b=5"], Read().Select(Text));
    }

    [Fact]
    public async Task A_refused_definition_takes_no_sample_with_it()
    {
        var refuse = true;
        _log.Refuse = _ => refuse ? new LogOverloaded(TimeSpan.FromSeconds(3)) : null;
        using var sink = new LogSink(_log, "c", 1);
        Assert.Equal(new Overloaded(TimeSpan.FromSeconds(3)), await sink.AppendAsync([Batch("n1", 1, ("a", 1))], default));
        refuse = false;
        Assert.IsType<Appended>(await sink.AppendAsync([Batch("n1", 1, ("a", 1))], default));
        Assert.Equal(["n1 1: a=1"], Read().Select(Text));
    }

    [Fact]
    public async Task A_definition_whose_answer_is_lost_is_made_anew_and_means_nothing_else()
    {
        var lose = 1;
        _log.LoseReply = _ => lose-- > 0;
        using var sink = new LogSink(_log, "c", 1);
        Assert.IsType<Unavailable>(await sink.AppendAsync([Batch("n1", 1, ("a", 1))], default));
        Assert.IsType<Appended>(await sink.AppendAsync([Batch("n1", 1, ("z", 9), ("a", 1))], default));
        Assert.Equal(["n1 1: z=9 a=1"], Read().Select(Text));
    }

    [Fact]
    public async Task Many_sources_at_once_lose_nothing()
    {
        using var sink = new LogSink(_log, "c", 1);
        var sources = Enumerable.Range(0, 8).Select(s => Task.Factory.StartNew(async () =>
        {
            for (var i = 0; i < 50; i++)
                Assert.IsType<Appended>(await sink.AppendAsync([Batch($"n{s}", i, ($"m{i}", i), ("own" + s, s), ("all", 1))], default));
        }, TaskCreationOptions.LongRunning).Unwrap());
        await Task.WhenAll(sources);
        var read = Read();
        Assert.Equal(400, read.Count);
        Assert.All(read, b => Assert.Equal($"{b.Node.Name} {b.TimeMs}: m{b.TimeMs}={b.TimeMs} own{b.Node.Name[1..]}={b.Node.Name[1..]} all=1", Text(b)));
    }

    [Fact]
    public async Task Definitions_that_are_stored_serve_a_replay_that_begins_behind_them()
    {
        using var sink = new LogSink(_log, "c", 1);
        await sink.AppendAsync([Batch("n1", 1, ("a", 1))], default);
        var stored = new Dictionary<string, byte[]>();
        Read(onRow: row => stored[row.Name] = row.Bytes.ToArray());
        await sink.AppendAsync([Batch("n1", 2, ("a", 2))], default);
        var sessions = new SeriesSessions();
        sessions.Load(stored);
        Assert.Equal(["n1 1: a=1", "n1 2: a=2"], Read(sessions, define: false).Select(Text));
    }

    [Fact]
    public async Task A_job_comes_to_each_of_its_nodes()
    {
        using var sink = new LogSink(_log, "c", 1);
        var job = new JobEvent { Source = JobEventSource.Hook, JobId = "12", StartMs = 5, AsOfMs = 5, NodeList = "n[1-3]", NodeCount = 3 };
        Assert.IsType<Appended>(await sink.AppendAsync([job], default));
        var nodes = new List<string>();
        Each((at, kind, key, payload) =>
        {
            Assert.Equal(RecordKinds.Job, kind);
            Assert.True(RecordKinds.TryReadKey(key, out var node));
            Assert.True(Tocsin.Shared.Wire.WireBytes.TryRead<JobEvent>(payload, out var read, out _));
            Assert.Equal(job, read);
            nodes.Add(node.Name);
        });
        Assert.Equal(["n1", "n2", "n3"], nodes.Order());
    }

    private static SampleBatch Batch(string node, long timeMs, params (string Series, double Value)[] samples) =>
        new(new NodeKey("c", node), timeMs, [.. samples.Select(s => new Sample(new SeriesId(s.Series, []), s.Value))]);

    private static string Text(SampleBatch batch) =>
        $"{batch.Node.Name} {batch.TimeMs}: {string.Join(' ', batch.Samples.Select(s => $"{s.Series.Name}={(StaleMarker.Is(s.Value) ? "stale" : s.Value)}"))}";

    private List<SampleBatch> Read(SeriesSessions? known = null, bool define = true, Action<ShardRow>? onRow = null)
    {
        var batches = new List<SampleBatch>();
        var sessions = Enumerable.Range(0, 2).Select(_ => known ?? new SeriesSessions()).ToArray();
        Each((at, kind, key, payload) =>
        {
            if (kind == RecordKinds.Series)
            {
                if (define && sessions[at.Partition].Define(payload, [], out var why) is { } row)
                    onRow?.Invoke(row);
                return;
            }
            Assert.True(RecordKinds.TryReadKey(key, out var node));
            Assert.True(SampleRecord.TryRead(payload, node, sessions[at.Partition], out var batch, out var unknown));
            Assert.Equal(0, unknown);
            batches.Add(batch!);
        });
        return [.. batches.OrderBy(b => b.TimeMs)];
    }

    private delegate void OnRecord(TopicPartition at, byte kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload);

    private void Each(OnRecord read)
    {
        using var consumer = _log.Subscribe("test", [LogTopics.Samples]);
        using var batch = new LogBatch();
        while (true)
        {
            switch (consumer.Poll(batch, TimeSpan.Zero))
            {
                case PartitionsAssigned assigned:
                    foreach (var at in assigned.Partitions)
                        consumer.Seek(at, 0);
                    break;
                case RecordsPolled:
                    foreach (var record in batch)
                        read(batch.At, record.Kind, record.Key, record.Payload);
                    break;
                default:
                    return;
            }
        }
    }
}
