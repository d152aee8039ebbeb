using Tocsin.Actors.Log;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Nodes;

/// <summary>Who is silent by itself, in the shard of nodes: stale after 20 s, a cadence of 1 s.</summary>
public sealed class SilenceOfNodesSpec : IDisposable
{
    private const long Start = 1_710_000_000_000;

    private static readonly SeriesId Cpu = new("cpu_v", []);

    private readonly ListLog _log = new();
    private readonly LogNodeSink _sink;
    private ShardRun? _run;

    public SilenceOfNodesSpec() => _sink = new LogNodeSink(_log, "test", 1, _ => true);

    public void Dispose() => _run?.Dispose();

    [Fact]
    public void A_node_alone_in_its_shard_is_silent_where_the_nodes_of_other_shards_go_on()
    {
        for (var t = 0; t < 120; t++)
        {
            if (t is < 50 or >= 90)
                Sample("n1", t, SampleSource.RemoteWrite);
            Time(t, 0);
        }
        Assert.Equal(["n1 69 True", "n1 90 False"], Silences());
    }

    [Fact]
    public void Nobody_is_stale_where_all_of_its_sources_are_quiet()
    {
        for (var t = 0; t < 120; t++)
        {
            if (t < 50)
                Sample("n1", t, SampleSource.RemoteWrite);
            if (t < 50)
                Sample("n2", t, SampleSource.Scrape);
            if (t < 70)
                Sample("n2", t, SampleSource.RemoteWrite);
            Sample("n3", t, SampleSource.Scrape);
            Time(t, t >= 60 ? SourceTime.Bit(SampleSource.RemoteWrite) : 0);
        }
        // The second one was scraped as well, and its scrapes ended by themselves.
        Assert.Equal(["n2 89 True"], Silences());
    }

    [Fact]
    public void After_a_break_of_all_nobody_is_stale_until_all_had_their_turn()
    {
        for (var t = 0; t < 300; t++)
        {
            for (var n = 1; n <= 8; n++)
            {
                if (t < 50 || (n != 8 && t >= 200 + (2 * n)))
                    Sample($"n{n}", t, SampleSource.RemoteWrite);
            }
        }
        Assert.Equal(["n8 222 True"], Silences());
    }

    [Fact]
    public void A_time_that_cannot_be_read_is_left_out_and_named()
    {
        Sample("n1", 0, SampleSource.RemoteWrite);
        _log.Append(new TopicPartition(LogTopics.Samples, 0), new LogEntry([], (byte)NodeRecordKind.SourceTime, [0xc1]), null);
        Sample("n1", 1, SampleSource.RemoteWrite);
        Silences();
        Assert.Equal(1, _run!.DeadLetters);
    }

    private void Sample(string node, int t, SampleSource source)
    {
        _log.NowMs = Start + (t * 1000) + 200;
        var batch = new SampleBatch(new NodeKey("test", node), Start + (t * 1000), [new Sample(Cpu, t)]) { Source = source };
        Assert.IsType<Appended>(_sink.AppendAsync([batch], default).GetAwaiter().GetResult());
    }

    private void Time(int t, int quiet) => Assert.IsType<Appended>(_sink.AppendAsync(new SourceTime(Start + (t * 1000), quiet)).GetAwaiter().GetResult());

    private List<string> Silences()
    {
        _run = new ShardRun(_log).Start().Finish(() => 7);
        return [.. _run.Said.Where(f => f.Source == FindingSource.Silence).Select(f => $"{f.Node.Name} {(f.AtMs - Start) / 1000} {f.Active}")];
    }
}
