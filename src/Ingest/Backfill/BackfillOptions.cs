using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;

namespace Tocsin.Ingest.Backfill;

/// <summary>What is fetched from a server with Prometheus' query API: Prometheus, Thanos, Mimir, VictoriaMetrics.</summary>
public sealed record BackfillOptions
{
    /// <summary>Points of one series that one request may have: Prometheus and its kin refuse 11,001.</summary>
    public const int MostPointsPerSeries = 10_900;

    /// <summary>What stands before <c>/api/v1</c>: <c>http://prometheus:9090</c>, <c>http://mimir/prometheus</c>, <c>http://vmselect:8481/select/0/prometheus</c>.</summary>
    public required Uri Url { get; init; }

    public HttpAccess Access { get; init; } = new();

    public required IdentityOptions Identity { get; init; }

    /// <summary>More matchers of PromQL that every series must fit, without braces: <c>job=~"node|dcgm"</c>. Empty = none.</summary>
    public string Matchers { get; init; } = "";

    /// <summary>Unix milliseconds; taken down to a multiple of <see cref="Step"/>.</summary>
    public required long FromMs { get; init; }

    /// <summary>Exclusive.</summary>
    public required long UntilMs { get; init; }

    /// <summary>How the times were given, where they hang on the present: a run that goes on takes those of its first start. Null = they hang on nothing.</summary>
    public string? Times { get; init; }

    /// <summary>Spacing of what is fetched; best the scrape interval. 1 s to 5 min: beyond that a server looks no further back for a value.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Points that all of it may have; nodes are chosen so that it is kept. 1,000 to 10^10.</summary>
    public long MaxPoints { get; init; } = 100_000_000;

    /// <summary>Points that one answer may have. 1,000 to 5,000,000.</summary>
    public int PointsPerRequest { get; init; } = 400_000;

    /// <summary>From the end of one request to the start of the next, so that the server has time for others. 0 to 1 min.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For one answer. 1 s to 10 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Tries of one request. 1 to 20.</summary>
    public int Attempts { get; init; } = 6;

    public long FirstMs => FromMs - (FromMs % StepMs);

    public long StepMs => (long)Step.TotalMilliseconds;

    /// <summary>Points of one series.</summary>
    public long Steps => (UntilMs - FirstMs + StepMs - 1) / StepMs;

    /// <exception cref="BadDataException">An option is out of its range; the message names it.</exception>
    public void Check()
    {
        if (Url.Scheme is not ("http" or "https"))
            throw new BadDataException($"url '{Url}': expected http or https");
        if (FromMs < 0 || UntilMs <= FromMs)
            throw new BadDataException("from is not before until: nothing lies between them; exchange them");
        Range("step", Step.TotalSeconds, 1, 300, "s");
        Range("max points", MaxPoints, 1000, 1e10, "points");
        Range("points per request", PointsPerRequest, 1000, 5_000_000, "points");
        Range("pause", Pause.TotalSeconds, 0, 60, "s");
        Range("timeout", Timeout.TotalSeconds, 1, 600, "s");
        Range("attempts", Attempts, 1, 20, "tries");
        if (Matchers.IndexOfAny(['{', '}', '\n']) >= 0 || Matchers.Length > 1000)
            throw new BadDataException("matchers: expected PromQL matchers without braces, e.g. job=~\"node|dcgm\"");
    }

    private static void Range(string name, double value, double least, double most, string unit)
    {
        if (!(value >= least && value <= most))
            throw new BadDataException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {value}, expected {least} to {most} {unit}"));
    }
}
