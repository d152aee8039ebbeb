namespace Tocsin.Inference.Faults.Tuning;

/// <summary>When a model is tuned and when what came of it serves.</summary>
public sealed record TuningOptions
{
    /// <summary>I: predicted intervals from one tuning to the next; the window in which experts are counted.</summary>
    public int Every { get; init; } = 100;

    /// <summary>Labelled intervals kept to tune on, at most; fewer where they would be more than <see cref="MostRows"/> hosts.</summary>
    public int Window { get; init; } = 800;

    /// <summary>Hosts of all kept intervals together: a bound on memory.</summary>
    public int MostRows { get; init; } = 40_000;

    /// <summary>Labelled intervals below which nothing is tuned.</summary>
    public int LeastIntervals { get; init; } = 50;

    /// <summary>Faults among them below which nothing is tuned.</summary>
    public int LeastFaults { get; init; } = 20;

    /// <summary>Share of the kept intervals, the newest, on which the tuned model is calibrated and not tuned.</summary>
    public float CalibrationShare { get; init; } = 0.2f;

    /// <summary>Passes over the kept intervals.</summary>
    public int Epochs { get; init; } = 4;

    public float Rate { get; init; } = 2e-3f;

    /// <summary>Labelled intervals after the tuning data on which champion and challenger are compared.</summary>
    public int ContestIntervals { get; init; } = 50;

    /// <summary>Labelled faults among them below which the contest goes on.</summary>
    public int ContestFaults { get; init; } = 10;

    /// <summary>Standard deviations by which the challenger's gain, summed over the intervals, must exceed 0: without a drift nearly every challenger is as good as the
    /// champion, and chance must not choose. One deviation lets chance choose one in six, two one in forty.</summary>
    public float ContestDeviations { get; init; } = 2;

    /// <summary>Intervals after which a contest without enough faults is given up, the champion staying.</summary>
    public int ContestMost { get; init; } = 400;

    /// <summary>Never more experts than this.</summary>
    public int MostExperts { get; init; } = 24;

    /// <summary>Versions whose weights are kept; the serving one and the first always are.</summary>
    public int VersionsKept { get; init; } = 20;
}
