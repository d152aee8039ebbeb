using Tocsin.Shared;

namespace Tocsin.Ingest.Replay;

/// <summary>How a recording is played.</summary>
public sealed record ReplayOptions
{
    public string Cluster { get; init; } = "replay";

    /// <summary>Of scrapes that name no node; null = the one that all jobs ran on, else <c>node</c>.</summary>
    public string? NodeName { get; init; }

    /// <summary>Recorded seconds a second; infinity = as fast as it is taken. Above 0.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>With the recorded times; else shifted so that the last scrape's time is the one at which it is played: spacings, and so rates, stay, and nothing lies ahead.</summary>
    public bool KeepTimes { get; init; }

    /// <summary>Samples that are handed on together, at least one scrape. 1 to 100,000.</summary>
    public int SamplesAtOnce { get; init; } = 2000;

    /// <summary>Tries of one hand-over before it is given up. 1 or more.</summary>
    public int Attempts { get; init; } = 30;

    /// <exception cref="BadDataException">An option is out of its range.</exception>
    public void Check()
    {
        if (!(Speed > 0))
            throw new BadDataException($"speed: {Speed}, expected recorded seconds a second, above 0");
        if (SamplesAtOnce is < 1 or > 100_000)
            throw new BadDataException($"samples at once: {SamplesAtOnce}, expected 1 to 100000");
        if (Attempts < 1)
            throw new BadDataException($"attempts: {Attempts}, expected 1 or more");
    }
}

/// <param name="GivenUp">Samples that nobody took after <see cref="ReplayOptions.Attempts"/> tries.</param>
public sealed record ReplayReport(long Scrapes, long Samples, long GivenUp, long Retries, Rejections Rejections);
