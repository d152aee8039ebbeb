using Tocsin.Daemon.Checking;

namespace Tocsin.Unit.Checking;

public sealed class ExpectationSpec
{
    /// <summary>What docs/PERFORMANCE.md has of <c>tests/Scale/run --nodes N</c>: 100 series a node at 15 s, the defaults of learning.</summary>
    [Theory]
    [InlineData(1_000, 326, 2.9, 0.05)]
    [InlineData(5_000, 622, 14, 0.19)]
    [InlineData(10_000, 944, 29, 0.41)]
    [InlineData(20_000, 1_389, 57, 0.63)]
    public void It_promises_no_less_than_was_measured_and_not_a_third_more(int nodes, double memoryMb, double logGbADay, double cores)
    {
        var expected = Expectation.Of(nodes, 100, TimeSpan.FromSeconds(15), TimeSpan.FromHours(6), long.MaxValue, (64 << 20, 1 << 30));
        Assert.InRange(expected.Memory / 1e6, memoryMb, memoryMb * 1.2);
        Assert.InRange(expected.LogADay / 1e9, logGbADay * 0.98, logGbADay * 1.2);
        // Small sites take more than a frame's share: what goes on whether there are nodes or not.
        Assert.InRange(expected.Cores, cores * 0.4, cores * 1.2);
    }
}
