using Tocsin.Actors.Nodes.Records;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Nodes;

/// <summary>Some minutes of five nodes as they stand in the log: jobs heard of late and in time, a fault, silence, missing series, repeated and split batches, two libraries.</summary>
internal static class ShardDay
{
    public const long Start = 1_710_000_000_000;

    private static readonly string[] Names = ["n1", "n2", "n3", "n4", "n5"];

    public static ListLog Make(int seed, int seconds = 130)
    {
        var random = new Random(seed);
        var log = new ListLog();
        var series = Enumerable.Range(0, 4).Select(m => new SeriesId(((string[])["cpu_v", "memory_v", "disk_v", "oom_total"])[m], [])).ToArray();
        var sink = new LogNodeSink(log, "test", 1, _ => true);
        var ready = Names.Select((name, i) => (Name: name, Idle: SmallRecording.Of("idle", seconds, (10 * seed) + i, Start), Job: SmallRecording.Of("solver", seconds, (20 * seed) + i, Start, (t, m, v) =>
            i == 1 && m == 2 && t is >= 70 and < 90 ? v + 70 : random.Next(60) == 0 ? float.NaN : v))).ToArray();
        for (var t = 0; t < seconds; t++)
        {
            foreach (var node in ready.OrderBy(_ => random.Next()))
            {
                var i = Array.IndexOf(Names, node.Name);
                log.NowMs = Start + (t * 1000) + 200;
                if (node.Name == "n4" && t is >= 40 and < 80)
                    continue;
                // The third node's disk is lost for good, so its frames close by time at first.
                var row = (t is >= 25 and < 100 && i < 3 ? node.Job : node.Idle).Row(t).ToArray();
                var samples = Enumerable.Range(0, 4).Where(m => !float.IsNaN(row[m]) && !(i == 2 && m == 2 && t > 60)).Select(m => new Sample(series[m], row[m])).ToArray();
                Batches(sink, new NodeKey("test", node.Name), Start + (t * 1000) + (i * 37) + random.Next(20), samples, random);
            }
            Events(sink, t, random);
            if (t % 5 == 0 && t > 30)
                Done(sink.AppendAsync(new SourceTime(Start + ((t - random.Next(3)) * 1000), t is 60 or 65 ? SourceTime.Bit(SampleSource.Scrape) : 0)));
        }
        return log;
    }

    private static void Batches(LogNodeSink sink, NodeKey node, long timeMs, Sample[] samples, Random random)
    {
        var cut = random.Next(3) == 0 ? random.Next(samples.Length) : 0;
        SampleBatch[] parts = [new(node, timeMs, samples[cut..]), new(node, timeMs, samples[..cut])];
        foreach (var part in parts.Where(p => p.Samples.Count > 0))
        {
            Done(sink.AppendAsync([part], default));
            if (random.Next(12) == 0)
                Done(sink.AppendAsync([part], default));
        }
    }

    private static void Events(LogNodeSink sink, int t, Random random)
    {
        if (t == 8)
            Done(sink.ActivateAsync(1));
        if (t == 75)
            Done(sink.ActivateAsync(2));
        if (t == 30)
            Done(sink.AppendAsync([Job(null, JobEventSource.Hook)], default));
        if (t == 50 + random.Next(5))
            Done(sink.AppendAsync([Job(null, JobEventSource.Accounting)], default));
        if (t == 103)
            Done(sink.AppendAsync([Job(Start + 101_500, JobEventSource.Hook)], default));
        if (t == 115)
            Done(sink.AppendAsync([Job(Start + 100_000, JobEventSource.Accounting)], default));
        if (t is 60 or 66)
            Done(sink.AppendAsync([State("n5", t, t == 60 ? NodeConditions.Down : NodeConditions.None), State("n3", t, NodeConditions.Drained)], default));
    }

    private static JobEvent Job(long? endMs, JobEventSource source) =>
        NodeBench.Job("solver", Start + 25_000, endMs, source) with { NodeList = "n[1-3]", NodeCount = 3, AsOfMs = endMs ?? Start + 30_000 };

    private static NodeState State(string name, int t, NodeConditions conditions) =>
        new() { Node = new NodeKey("test", name), AsOfMs = Start + (t * 1000), Conditions = conditions, Words = conditions.ToString() };

    private static void Done(ValueTask<AppendResult> answer)
    {
        Assert.True(answer.IsCompleted);
        Assert.IsType<Appended>(answer.GetAwaiter().GetResult());
    }
}
