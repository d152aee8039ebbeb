using Tocsin.Daemon.Demo;

namespace Tocsin.Unit.Demo;

public sealed class FastClockSpec
{
    private readonly HandClock _real = new();

    [Fact]
    public void It_is_behind_hurries_and_from_where_both_meet_it_is_the_real_clock()
    {
        var clock = new FastClock(_real, TimeSpan.FromSeconds(90));
        Assert.Equal(_real.GetUtcNow() - TimeSpan.FromSeconds(90), clock.GetUtcNow());
        _real.Advance(5);
        Assert.Equal(TimeSpan.FromSeconds(90), _real.GetUtcNow() - clock.GetUtcNow());
        clock.Hurry(10);
        _real.Advance(4);
        Assert.Equal(TimeSpan.FromSeconds(54), _real.GetUtcNow() - clock.GetUtcNow());
        _real.Advance(6);
        Assert.Equal(_real.GetUtcNow(), clock.GetUtcNow());
        _real.Advance(7);
        Assert.Equal(_real.GetUtcNow(), clock.GetUtcNow());
    }

    [Fact]
    public void A_stretch_of_its_time_is_what_two_readings_say()
    {
        var clock = new FastClock(_real, TimeSpan.FromSeconds(90));
        clock.Hurry(10);
        var before = clock.GetTimestamp();
        _real.Advance(2);
        Assert.Equal(TimeSpan.FromSeconds(20), clock.GetElapsedTime(before));
    }

    [Fact]
    public void Timers_are_due_by_its_own_time_and_by_the_real_one_once_both_agree()
    {
        var clock = new FastClock(_real, TimeSpan.FromSeconds(90));
        clock.Hurry(10);
        clock.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(30), Timeout.InfiniteTimeSpan);
        Assert.Equal((TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan), _real.Asked);
        _real.Advance(10);
        clock.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1)), _real.Asked);
    }

    private sealed class HandClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(50);

        public (TimeSpan Due, TimeSpan Period) Asked { get; private set; }

        public void Advance(double seconds) => _now += TimeSpan.FromSeconds(seconds);

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Asked = (dueTime, period);
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
