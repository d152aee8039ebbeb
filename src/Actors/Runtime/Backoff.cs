namespace Tocsin.Actors.Runtime;

/// <summary>How long to wait before attempt 1, 2, 3...: <see cref="Min"/> doubled each time up to <see cref="Max"/>, spread by <see cref="Jitter"/>.</summary>
public sealed record Backoff
{
    public static readonly Backoff None = new(TimeSpan.Zero, TimeSpan.Zero, 0);

    public static readonly Backoff Usual = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), 0.2);

    /// <param name="jitter">0..0.5: a delay d becomes one between d (1 - jitter) and d (1 + jitter).</param>
    public Backoff(TimeSpan min, TimeSpan max, double jitter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(min, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, TimeSpan.FromDays(1));
        if (jitter is not (>= 0 and <= 0.5))
            throw new ArgumentOutOfRangeException(nameof(jitter), jitter, "0..0.5");
        Min = min;
        Max = max;
        Jitter = jitter;
    }

    public TimeSpan Min { get; }

    public TimeSpan Max { get; }

    public double Jitter { get; }

    /// <summary>After this long without a failure the count starts anew. Longer than the longest delay, which a failing child waits out itself.</summary>
    public TimeSpan CalmAfter => (Max * 2) + TimeSpan.FromSeconds(1);

    /// <param name="attempt">1 = the first.</param>
    /// <param name="unit">0..1, from the caller's generator.</param>
    public TimeSpan Delay(int attempt, double unit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        // 2^40 x 1 ms is 34 years: beyond any Max, and far from overflow.
        var doubled = Min.Ticks * Math.Pow(2, Math.Min(attempt - 1, 40));
        var capped = Math.Min(doubled, Max.Ticks);
        return TimeSpan.FromTicks((long)(capped * (1 + (Jitter * ((2 * unit) - 1)))));
    }
}
