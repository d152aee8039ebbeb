namespace Tocsin.Unit.Alerts;

/// <summary>A clock that a test turns; timers ring on the thread that turns it.</summary>
internal sealed class TurnedClock : TimeProvider
{
    private readonly List<Ringer> _timers = [];
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(Scene.StartMs);

    public long NowMs => _now.ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Ringer(this, () => callback(state));
        lock (_timers)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Turn(TimeSpan by)
    {
        var until = _now + by;
        while (true)
        {
            Ringer? next;
            lock (_timers)
            {
                next = _timers.Where(t => t.Due <= until).MinBy(t => t.Due);
                _now = next?.Due is { } due && due > _now ? due : next is null ? until : _now;
                if (next is not null)
                    next.Due = next.Period > TimeSpan.Zero ? next.Due + next.Period : null;
            }
            if (next is null)
                return;
            next.Ring();
        }
    }

    private sealed class Ringer(TurnedClock clock, Action ring) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._timers)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
            }
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
