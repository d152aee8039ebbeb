namespace Tocsin.Daemon.Backtests;

/// <summary>Time as the history tells it. One thread.</summary>
internal sealed class EventClock : TimeProvider
{
    private long _nowMs;

    public long NowMs => _nowMs;

    /// <summary>Never back: who is late is late.</summary>
    public void Reach(long nowMs) => _nowMs = Math.Max(_nowMs, nowMs);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(_nowMs);
}
