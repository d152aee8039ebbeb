namespace Tocsin.Actors.Runtime;

/// <summary>One child's failures, kept by its parent: how many restarts there were in the window, and how long to wait before the next.</summary>
internal sealed class FailureWindow
{
    /// <summary>Times of restarts in the window; no longer than the strategy's limit.</summary>
    private readonly Queue<TimeSpan> _restarts = new();
    private TimeSpan _last;
    private int _inARow;

    /// <param name="now">Of a clock that does not go back.</param>
    /// <returns>The wait before the restart; null where it would be one too many.</returns>
    public TimeSpan? NextRestart(SupervisorStrategy strategy, TimeSpan now, double unit)
    {
        while (_restarts.Count > 0 && now - _restarts.Peek() >= strategy.Within)
            _restarts.Dequeue();
        if (strategy.MaxRestarts >= 0)
        {
            if (_restarts.Count >= strategy.MaxRestarts)
                return null;
            _restarts.Enqueue(now);
        }
        _inARow = _inARow > 0 && now - _last >= strategy.Backoff.CalmAfter ? 1 : Math.Min(_inARow + 1, 1000);
        _last = now;
        return strategy.Backoff.Delay(_inARow, unit);
    }
}
