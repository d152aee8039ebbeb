using Tocsin.Actors.Shards;

namespace Tocsin.Unit.Serve;

public sealed class IngestPressureSpec
{
    private readonly ManualClock _clock = new();

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    [Fact]
    public void It_is_the_share_of_the_processors_that_work_wanted_in_the_last_quarter_of_a_second()
    {
        var pressure = new IngestPressure(_clock, cores: 2);
        Assert.Equal(0, pressure.Share);
        for (var i = 0; i < 10; i++)
        {
            // 4 ms of work every 25 ms: 0.16 of one of two processors.
            pressure.Worked(Ms(4), Ms(4));
            _clock.Advance(Ms(25));
        }
        Assert.InRange(pressure.Share, 0.07, 0.085);
        Assert.False(pressure.IsHigh);
        for (var i = 0; i < 10; i++)
        {
            pressure.Worked(Ms(6), Ms(6));
            _clock.Advance(Ms(25));
        }
        Assert.True(pressure.IsHigh);
    }

    [Fact]
    public void It_ends_by_itself()
    {
        var pressure = new IngestPressure(_clock, cores: 1);
        pressure.Worked(Ms(100), Ms(100));
        Assert.True(pressure.IsHigh);
        _clock.Advance(Ms(200));
        Assert.True(pressure.IsHigh);
        _clock.Advance(Ms(75));
        Assert.Equal(0, pressure.Share);
    }

    [Fact]
    public void Work_that_waits_for_a_processor_presses_and_a_pause_of_all_threads_does_not()
    {
        var pressure = new IngestPressure(_clock, cores: 1);
        pressure.Worked(Ms(75), Ms(25));
        Assert.True(pressure.IsHigh);
        _clock.Advance(Ms(1000));
        // A request of half a millisecond that a collection of 300 ms fell into.
        pressure.Worked(Ms(300), Ms(0.5));
        Assert.False(pressure.IsHigh);
    }
}
