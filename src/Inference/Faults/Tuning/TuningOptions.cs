namespace Tocsin.Inference.Faults.Tuning;

/// <summary>When a model is tuned and when what came of it serves.</summary>
public sealed record TuningOptions
{
    /// <summary>Gate and experts alone learn, always from the serving model: FT-MoE as it is printed.</summary>
    public static TuningOptions AsPrinted { get; } = new() { Whole = false, GoesOn = false, Window = 800, Epochs = 4, Rate = 2e-3f };

    /// <summary>False: gate and experts alone learn, as FT-MoE has it; true: all of the model does.</summary>
    public bool Whole { get; init; } = true;

    /// <summary>Whether a challenger that lost, and not by its loss, is what the next tuning goes on from: small gains add up that no contest could tell from chance.</summary>
    public bool GoesOn { get; init; } = true;

    /// <summary>I: predicted intervals from one tuning to the next; the window in which experts are counted.</summary>
    public int Every { get; init; } = 100;

    /// <summary>Labelled intervals kept to tune on, at most; fewer where they would be more than <see cref="MostRows"/> hosts.</summary>
    public int Window { get; init; } = 1600;

    /// <summary>Hosts of all kept intervals together: a bound on memory.</summary>
    public int MostRows { get; init; } = 40_000;

    /// <summary>Labelled intervals below which nothing is tuned.</summary>
    public int LeastIntervals { get; init; } = 50;

    /// <summary>Faults among them below which nothing is tuned.</summary>
    public int LeastFaults { get; init; } = 20;

    /// <summary>Share of the kept intervals, the newest, on which the tuned model is calibrated and not tuned.</summary>
    public float CalibrationShare { get; init; } = 0.2f;

    /// <summary>Passes over the kept intervals.</summary>
    public int Epochs { get; init; } = 2;

    public float Rate { get; init; } = 1e-3f;

    /// <summary>Consecutive labelled intervals that a contest takes as one: longer than faults last, so that two blocks hardly share one. On simulated cause labels gains are correlated over
    /// one interval (0.15), and blocks of ten and more vary as if they were independent; on the daemon a fault bears its label for an hour, which is twelve intervals of five minutes.</summary>
    public int BlockIntervals { get; init; } = 12;

    /// <summary>Blocks after the tuning data on which champion and challenger are compared, never fewer than <see cref="Contest.LeastBlocks"/>. Eight of twelve end before the next tuning is
    /// due.</summary>
    public int ContestBlocks { get; init; } = 8;

    /// <summary>Labelled intervals of a contest, if there are faults enough among them.</summary>
    public int ContestIntervals => Math.Max(ContestBlocks, Contest.LeastBlocks) * BlockIntervals;

    /// <summary>Labelled faults among them below which the contest goes on.</summary>
    public int ContestFaults { get; init; } = 10;

    /// <summary>Standard errors by which the challenger's mean gain must exceed 0 were there many blocks; with few it is Student's quantile at the same level: without a drift nearly every
    /// challenger is as good as the champion, and chance must not choose. One lets chance choose one in six, two one in forty.</summary>
    public float ContestDeviations { get; init; } = 2;

    /// <summary>Intervals after which a contest without enough faults is given up, the champion staying.</summary>
    public int ContestMost { get; init; } = 400;

    /// <summary>Never more experts than this.</summary>
    public int MostExperts { get; init; } = 24;

    /// <summary>Versions whose weights are kept; the serving one and the first always are.</summary>
    public int VersionsKept { get; init; } = 20;
}
