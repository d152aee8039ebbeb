using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Inference.Training;

namespace Tocsin.Inference.Learning;

/// <summary>How a library is made. docs/DECISIONS.md keeps the measurements behind the defaults.</summary>
public sealed record LearnOptions
{
    public PreparationOptions Preparation { get; init; } = new();

    public PatternOptions Patterns { get; init; } = new();

    public TrainerOptions Trainer { get; init; } = new();

    public EnvelopeOptions Envelope { get; init; } = EnvelopeOptions.Default;

    /// <summary>A band's standard deviation is at least this times the metric's physical floor.</summary>
    public double FloorFactor { get; init; } = 2;

    /// <summary>Left out of what is learned about a pattern: around a job's boundary the frames belong to neither side.</summary>
    public TimeSpan MarginStart { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan MarginEnd { get; init; } = TimeSpan.FromSeconds(2);

    public AlarmRule Alarm { get; init; } = AlarmRule.Calibrated;

    /// <summary>For <see cref="AlarmRule.KSigma"/>, on the fused evidence.</summary>
    public KSigmaOptions KSigma { get; init; } = new() { K = 6, SigmaFloor = 0.2, M = 2, N = 2 };

    /// <summary>Wanted rate of false episodes per node-hour.</summary>
    public double FalseEpisodesPerHour { get; init; } = 2;

    /// <summary>Instead of that rate: how many alerts a day the site wants. Null = nobody said.</summary>
    public AlertBudget? Budget { get; init; }

    /// <summary>Deviations above the median of held-out evidence below which nothing is an alarm, whatever rate is wanted.</summary>
    public double RobustDeviations { get; init; } = 6.5;

    /// <summary>A pattern with fewer held-out frames is calibrated with all others: its own tail would be a guess.</summary>
    public int OwnCalibrationFrames { get; init; } = 2000;

    /// <summary>Passes of the fine-tuning of the shared model to one pattern.</summary>
    public int FineTuneEpochs { get; init; } = 4;

    /// <summary>Of the learning rate while fine-tuning.</summary>
    public float FineTuneRate { get; init; } = 0.2f;

    /// <summary>A pattern with at least this many frames gets as many passes as the shared model had.</summary>
    public int OwnModelFrames { get; init; } = 2000;

    /// <summary>Whole segments are dealt into this many parts; each is scored by models that were trained without it.</summary>
    public int Folds { get; init; } = 4;

    /// <summary>With more training frames than this only one part is held out: the rest would only cost time.</summary>
    public int OneFoldFrames { get; init; } = 20_000;

    /// <summary>At least this many windows a pass where frames allow: short recordings are cut into overlapping windows.</summary>
    public int WindowsPerPass { get; init; } = 600;

    public ulong Seed { get; init; } = 1;
}
