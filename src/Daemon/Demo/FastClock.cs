namespace Tocsin.Daemon.Demo;

/// <summary>The clock of the demo's daemon: behind the real one by what is to be played, then faster than it until both agree, then the real one. The daemon
/// knows no other time, so holds, timeouts and silences last as many recorded seconds as they would have lasted then.</summary>
/// <remarks>Any thread. A change of pace swaps one immutable stretch for the next, which begins where the former is at that moment: time never goes back.
/// A timer that is under way keeps the pace at which it was set.</remarks>
internal sealed class FastClock : TimeProvider
{
    private readonly TimeProvider _real;
    private readonly Lock _turn = new();
    private Pace _pace;

    /// <summary>Real timestamp and clock time at which it begins, ticks of 100 ns.</summary>
    private sealed record Pace(long RealTicks, long Ticks, double Speed);

    /// <param name="behind">How far behind the real clock it begins.</param>
    public FastClock(TimeProvider real, TimeSpan behind)
    {
        _real = real;
        _pace = new Pace(RealTicks, RealTicks - behind.Ticks, 1);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => _real.LocalTimeZone;

    private long RealTicks => _real.GetUtcNow().Ticks;

    /// <summary>Runs fast until it has caught up with the real clock.</summary>
    /// <param name="speed">Above 1.</param>
    public void Hurry(double speed)
    {
        lock (_turn)
        {
            var real = RealTicks;
            Volatile.Write(ref _pace, new Pace(real, At(_pace, real), speed));
        }
    }

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public override long GetTimestamp() => At(Volatile.Read(ref _pace), RealTicks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Scaled(this, _real.CreateTimer(callback, state, Real(dueTime), Real(period)));

    /// <summary>The fast stretch ends by itself: from where both meet on it is the real clock.</summary>
    private static long At(Pace pace, long realTicks)
    {
        var fast = pace.Ticks + (long)((realTicks - pace.RealTicks) * pace.Speed);
        return pace.Speed > 1 ? Math.Min(fast, realTicks) : fast;
    }

    private TimeSpan Real(TimeSpan span)
    {
        if (span <= TimeSpan.Zero)
            return span;
        var pace = Volatile.Read(ref _pace);
        var fast = pace.Speed > 1 && At(pace, RealTicks) < RealTicks;
        return fast ? TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (long)(span.Ticks / pace.Speed))) : span;
    }

    private sealed class Scaled(FastClock clock, ITimer real) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => real.Change(clock.Real(dueTime), clock.Real(period));

        public void Dispose() => real.Dispose();

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
