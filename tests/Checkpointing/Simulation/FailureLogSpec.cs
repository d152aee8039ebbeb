using Tocsin.Checkpointing.Simulation;
using Tocsin.Shared;

namespace Tocsin.CheckpointingTests.Simulation;

public sealed class FailureLogSpec
{
    private static FailureTrace Read(string text, out Rejections rejections) => FailureLog.Read(new StringReader(text), rejections = new Rejections());

    [Fact]
    public void Failures_are_read_in_order_with_either_kind_of_time()
    {
        var trace = Read("node,failed,repaired\nb,1970-01-01T00:20:00Z,1500\na,1000\nc,2000,2100\nd,3000,\n", out var rejections);
        Assert.Equal(0, rejections.Total);
        Assert.Equal((4, 2000.0), (trace.Nodes, trace.HorizonS));
        Assert.Equal([0.0, 200, 1000, 2000], trace.Failures.Select(f => f.AtS));
        Assert.Equal([14_400.0, 500, 1100, 16_400], trace.Failures.Select(f => f.RepairedS));
    }

    [Fact]
    public void Bad_lines_are_counted_and_left_out()
    {
        var trace = Read("a,0\nb,10\n,5\nc,soon\nc,20,10\na,5\nd,30\nc,40\n", out var rejections);
        Assert.Equal(4, trace.Failures.Count);
        Assert.Equal([("failed while in repair", 1L), ("no node and time", 2L), ("repaired before it failed", 1L)], rejections.ByReason.Select(r => (r.Key, r.Value.Count)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,1\nb,2\nc,3\n")]
    [InlineData("a,1\nb,1\nc,1\nd,1\n")]
    public void What_says_nothing_is_refused(string text) => Assert.Throws<BadDataException>(() => Read(text, out _));

    [Fact]
    public void Every_contender_runs_on_a_log_of_any_size()
    {
        foreach (var nodes in (int[])[4, 7, 100])
        {
            var text = string.Concat(Enumerable.Range(0, 200).Select(i => $"n{i % nodes},{i * 50_000}\n"));
            var cell = Grid.Of(Read(text, out _))[5];
            Assert.All(Contest.Run(cell, Contender.All, 1), w => Assert.InRange(w.Share, 0, 1));
        }
    }
}
