namespace Tocsin.Ingest.Slurm.Accounting;

/// <summary>How often and how far back the accounting is asked.</summary>
/// <param name="EverySeconds">30..3600: between the starts of two questions.</param>
/// <param name="OverlapSeconds">60..7200: how far a window reaches back into what was covered; more than a slurmdbd that was away needs to catch up.</param>
/// <param name="LookbackSeconds">0..86400: how far back the first window reaches, at most <paramref name="SpanSeconds"/>. Jobs that still run are told in any window.</param>
/// <param name="SpanSeconds">600..86400: the longest window; what was missed for longer is asked for in parts.</param>
/// <param name="SweepSeconds">600..86400: how often a window of <paramref name="SpanSeconds"/> is asked for, for what came late to the accounting.</param>
public sealed record AccountingPace(
    int EverySeconds = 30, int OverlapSeconds = 600, int LookbackSeconds = 21_600, int SpanSeconds = 21_600, int SweepSeconds = 3600)
{
    /// <summary>Null, or what is wrong: the key, the value, the range, the unit.</summary>
    public string? Check(string prefix)
    {
        (string Key, int Value, int Least, int Most)[] bounds =
        [
            ("every", EverySeconds, 30, 3600), ("overlap", OverlapSeconds, 60, 7200), ("lookback", LookbackSeconds, 0, 86_400),
            ("span", SpanSeconds, 600, 86_400), ("sweep", SweepSeconds, 600, 86_400),
        ];
        foreach (var (key, value, least, most) in bounds)
        {
            if (value < least || value > most)
                return $"{prefix}{key} is {value}: expected {least} to {most} seconds";
        }
        return OverlapSeconds < SpanSeconds ? null : $"{prefix}overlap is {OverlapSeconds}: expected less than {prefix}span ({SpanSeconds} seconds)";
    }
}

/// <summary>When to ask the accounting next, and for what. Pure: the time and the jitter are arguments.</summary>
/// <param name="CoveredMs">Everything before it was told at least once; null at the start.</param>
/// <param name="NextMs">Not before it.</param>
/// <param name="Failures">In a row.</param>
/// <param name="SpanMs">The longest window now: halved when an answer is too large or too slow.</param>
/// <param name="SweepMs">When the next wide window is due.</param>
public sealed record AccountingPlan(long? CoveredMs, long NextMs, int Failures, long SpanMs, long SweepMs)
{
    private const long MaxBackoffMs = 600_000, MinSpanMs = 60_000;

    public static AccountingPlan Start(AccountingPace pace, long nowMs) =>
        new(null, nowMs, 0, pace.SpanSeconds * 1000L, nowMs + pace.SweepSeconds * 1000L);

    /// <summary>The window to ask for now, or null: wait until <see cref="NextMs"/>.</summary>
    public AccountingWindow? Due(AccountingPace pace, long nowMs)
    {
        if (nowMs < NextMs)
            return null;
        var from = CoveredMs is { } covered
            ? Math.Min(covered, nowMs) - Math.Min(pace.OverlapSeconds * 1000L, SpanMs / 2)
            : nowMs - Math.Min(SpanMs, pace.LookbackSeconds * 1000L);
        if (nowMs >= SweepMs)
            from = Math.Min(from, nowMs - SpanMs);
        return new AccountingWindow(from, Math.Min(from + SpanMs, nowMs));
    }

    public AccountingPlan Succeeded(AccountingPace pace, AccountingWindow window, long nowMs, double jitter)
    {
        var most = pace.SpanSeconds * 1000L;
        return new AccountingPlan(
            Math.Max(window.UntilMs, CoveredMs ?? long.MinValue),
            nowMs + Jittered(pace.EverySeconds * 1000L, jitter),
            0,
            Math.Min(most, SpanMs * 2),
            nowMs >= SweepMs ? nowMs + pace.SweepSeconds * 1000L : SweepMs);
    }

    public AccountingPlan Failed(AccountingPace pace, bool tooMuch, long nowMs, double jitter)
    {
        var wait = Math.Max(pace.EverySeconds * 1000L, Math.Min(MaxBackoffMs, pace.EverySeconds * 1000L << Math.Min(Failures, 10)));
        return this with
        {
            Failures = Failures + 1,
            NextMs = nowMs + Jittered(wait, jitter),
            SpanMs = tooMuch ? Math.Max(MinSpanMs, SpanMs / 2) : SpanMs,
            // A sweep that is too much is no reason to fall behind with what is new.
            SweepMs = nowMs >= SweepMs ? nowMs + pace.SweepSeconds * 1000L : SweepMs,
        };
    }

    /// <summary>Up to a fifth more, never less: the spacing is a promise to slurmdbd.</summary>
    /// <param name="jitter">0..1.</param>
    private static long Jittered(long ms, double jitter) => ms + (long)(ms * 0.2 * Math.Clamp(jitter, 0, 1));
}
