namespace Tocsin.Actors.Runtime;

internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, KeyedTimer> _byKey = [];

    public void StartSingleTimer(object key, object message, TimeSpan delay) => Start(new KeyedTimer(this, key, message, null), delay);

    public void StartPeriodicTimer(object key, object message, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromMilliseconds(1));
        Start(new KeyedTimer(this, key, message, interval), interval);
    }

    public void Cancel(object key)
    {
        if (_byKey.Remove(key, out var timer))
            cell.System.Timers.Cancel(timer);
    }

    public bool IsTimerActive(object key) => _byKey.ContainsKey(key);

    public void CancelAll()
    {
        foreach (var timer in _byKey.Values)
            cell.System.Timers.Cancel(timer);
        _byKey.Clear();
    }

    private void Start(KeyedTimer timer, TimeSpan delay)
    {
        Cancel(timer.Key);
        _byKey[timer.Key] = timer;
        cell.System.Timers.Set(timer, delay);
    }

    private bool Accept(KeyedTimer timer)
    {
        if (!_byKey.TryGetValue(timer.Key, out var current) || !ReferenceEquals(current, timer))
            return false;
        if (timer.Interval is { } interval)
        {
            var missed = (cell.System.Timers.Now - timer.Due).Ticks / interval.Ticks;
            cell.System.Timers.SetAt(timer, timer.Due + (interval * (missed + 1)));
        }
        else
        {
            _byKey.Remove(timer.Key);
        }
        return true;
    }

    private sealed class KeyedTimer(TimerScheduler owner, object key, object message, TimeSpan? interval) : TimerNode
    {
        public object Key => key;

        public TimeSpan? Interval => interval;

        public override void Fire() => owner.Post(this);

        public override bool TryOpen(out object opened)
        {
            opened = message;
            return owner.Accept(this);
        }
    }

    private void Post(KeyedTimer timer) => cell.Post(new Envelope(timer, null));
}
