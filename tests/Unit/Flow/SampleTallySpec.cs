using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Flow;

public sealed class SampleTallySpec
{
    [Fact]
    public void Counts_of_many_threads_add_up()
    {
        var tally = new SampleTally();
        Parallel.For(0, 1000, i =>
        {
            tally.AddSent(10);
            tally.AddAccepted(7);
            tally.AddRejected(i % 2 == 0 ? "even" : "odd", 3);
        });
        Assert.Equal((10_000L, 7_000L, 3_000L), (tally.Sent, tally.Accepted, tally.Rejected));
        Assert.Equal(new Dictionary<string, long> { ["even"] = 1500, ["odd"] = 1500 }, tally.RejectedByReason());
    }

    [Fact]
    public void The_stale_marker_is_told_from_every_other_NaN()
    {
        Assert.True(StaleMarker.Is(StaleMarker.Value));
        Assert.True(double.IsNaN(StaleMarker.Value));
        Assert.False(StaleMarker.Is(double.NaN));
        Assert.False(StaleMarker.Is(0));
        Assert.False(StaleMarker.Is(BitConverter.Int64BitsToDouble(0x7ff8000000000001)));
    }
}
