using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Tocsin.Actors.Faults.Intervals;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Faults;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Nodes;

namespace Tocsin.Unit.Faults.Live;

/// <summary>Nobody reads it: a training that takes all of the processor, a loop that hangs.</summary>
public sealed class SampleQueueSpec
{
    private static readonly NodeKey Node = new("c", "a");

    [Fact]
    public void When_it_is_full_the_oldest_goes_and_is_counted()
    {
        var queue = new SampleQueue(10, most: 8);
        for (var i = 0; i < 11; i++)
            queue.Score(Node, i, 1, 2);
        Assert.Equal(3, queue.Lost);
        List<long> left = [];
        while (queue.Samples.TryRead(out var sample))
            left.Add(sample.TimeMs);
        Assert.Equal(Enumerable.Range(3, 8).Select(i => (long)i), left);
        queue.Score(Node, 20, 1, 2);
        Assert.Equal(3, queue.Lost);
    }

    [Fact]
    public void Of_what_the_scheduler_says_the_newest_word_is_there()
    {
        var queue = new SampleQueue(10);
        for (var i = 0; i < 10_000; i++)
            queue.State(new NodeState { Node = Node, AsOfMs = i, Conditions = NodeConditions.None, Words = "", Reason = "" });
        var last = -1L;
        while (queue.States.TryRead(out var state))
            last = state.AsOfMs;
        Assert.Equal(9_999, last);
        Assert.True(queue.Lost > 0);
    }

    [Fact]
    public void With_a_full_queue_that_nobody_reads_shards_find_the_same_in_the_same_commits()
    {
        var log = ShardDay.Make(3);
        var full = new SampleQueue(10, most: 1);
        using var without = new ShardRun(log).Start().Finish(() => 7);
        using var with = new ShardRun(log) { Tap = full }.Start().Finish(() => 7);
        Assert.True(full.Lost > 100, $"{full.Lost} lost");
        Assert.NotEmpty(without.Said);
        NodeShardSpec.Same(without, with);
        Assert.Equal(without.Commits, with.Commits);
    }

    [Fact]
    public void What_was_lost_stands_among_the_metrics()
    {
        using var collector = new MeterCollector(this);
        using var meter = new Meter("Tocsin.Test", null, null, scope: this);
        var part = new FaultPart(
            LiveCluster.Settings, "", false, TimeSpan.FromSeconds(15), 10, new NodeDirectory(10), () => throw new InvalidOperationException("nobody asks"), new OwnLog(TextWriter.Null, new OwnLogOptions(), TimeProvider.System), TimeProvider.System);
        part.AddMeters(meter);
        for (var i = 0; i < SampleQueue.Usual + 5; i++)
            part.Scored(Node, i, 1, 2);
        var buffer = new ArrayBufferWriter<byte>();
        collector.Write(new PrometheusWriter(buffer));
        Assert.Contains("\ntocsin_fault_samples_lost_total 5\n", Encoding.UTF8.GetString(buffer.WrittenSpan), StringComparison.Ordinal);
    }
}
