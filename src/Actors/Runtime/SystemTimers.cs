namespace Tocsin.Actors.Runtime;

/// <summary>All timers of a system: one heap, one alarm of the clock set to the earliest. Any thread.</summary>
internal sealed class SystemTimers : IDisposable
{
    /// <summary>The longest that an alarm is set for: clocks refuse more than 49 days, and one alarm a day costs nothing.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly TimerHeap _heap = new();
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly ITimer? _alarm;
    private TimeSpan? _alarmAt;
    private long _order;
    private bool _firing;
    private bool _disposed;

    /// <param name="ownAlarm">False where the caller looks at <see cref="NextDue"/> and calls <see cref="FireDue"/> itself (the simulator).</param>
    public SystemTimers(TimeProvider clock, bool ownAlarm)
    {
        _clock = clock;
        _start = clock.GetTimestamp();
        if (ownAlarm)
            _alarm = clock.CreateTimer(static timers => ((SystemTimers)timers!).FireDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Since the start; never goes back.</summary>
    public TimeSpan Now => _clock.GetElapsedTime(_start);

    public TimeSpan? NextDue
    {
        get
        {
            lock (_heap)
                return _heap.First?.Due;
        }
    }

    public int Count
    {
        get
        {
            lock (_heap)
                return _heap.Count;
        }
    }

    public void Set(TimerNode node, TimeSpan delay) => SetAt(node, Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero));

    public void SetAt(TimerNode node, TimeSpan due)
    {
        lock (_heap)
        {
            _heap.Remove(node);
            node.Due = due;
            node.Order = ++_order;
            _heap.Add(node);
            SetAlarm();
        }
    }

    /// <summary>After it the node does not fire, unless it was taken out to fire already.</summary>
    public void Cancel(TimerNode node)
    {
        // The alarm stays where it is: should it ring for nothing, it is set anew.
        lock (_heap)
            _heap.Remove(node);
    }

    /// <summary>Fires what is due, in order. One thread at a time does so; a second one that the alarm calls meanwhile
    /// leaves, and the first sees what that one came for, because it looks again under the lock before it stops.</summary>
    public void FireDue()
    {
        lock (_heap)
        {
            if (_firing)
                return;
            _firing = true;
        }
        while (true)
        {
            TimerNode due;
            lock (_heap)
            {
                if (_heap.First is not { } first || first.Due > Now)
                {
                    _firing = false;
                    _alarmAt = null;
                    SetAlarm();
                    return;
                }
                due = first;
                _heap.Remove(due);
            }
            due.Fire();
        }
    }

    public void Dispose()
    {
        lock (_heap)
            _disposed = true;
        _alarm?.Dispose();
    }

    /// <summary>Under the lock. While someone fires it is left to them.</summary>
    private void SetAlarm()
    {
        if (_alarm is null || _firing || _disposed || _heap.First is not { } first || _alarmAt <= first.Due)
            return;
        var now = Now;
        // Rounded up to whole milliseconds: an alarm that rings a little early would only ring twice.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (first.Due - now).TotalMilliseconds)));
        if (wait > Longest)
            wait = Longest;
        _alarmAt = now + wait;
        _alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
