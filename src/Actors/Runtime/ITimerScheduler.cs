namespace Tocsin.Actors.Runtime;

/// <summary>An actor's timers by key. A key that is started again replaces its timer: of the old one nothing arrives any more,
/// not even what lay in the mailbox already. All end with a restart or a stop.</summary>
public interface ITimerScheduler
{
    /// <param name="delay">Below zero counts as zero.</param>
    void StartSingleTimer(object key, object message, TimeSpan delay);

    /// <summary>First after one interval, then on multiples of it. At most one of its messages lies in the mailbox: an actor that is late
    /// misses ticks and is not flooded with them afterwards.</summary>
    /// <param name="interval">At least 1 ms.</param>
    void StartPeriodicTimer(object key, object message, TimeSpan interval);

    void Cancel(object key);

    bool IsTimerActive(object key);
}
