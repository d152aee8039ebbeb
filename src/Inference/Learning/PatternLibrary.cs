using Tocsin.Inference.Models;
using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Inference.Training;

namespace Tocsin.Inference.Learning;

/// <summary>Everything that turns frames into scores and alarms. Immutable; any number of threads may score with it.</summary>
public sealed record PatternLibrary
{
    public required LearnReport Report { get; init; }

    /// <summary>Text of the catalogue that made the training data's metrics; what is scored goes through the same. Null: not known.</summary>
    public string? Catalogue { get; init; }

    public required PreparationPlan Plan { get; init; }

    public required PatternSet Patterns { get; init; }

    public required HiddenGroups Groups { get; init; }

    /// <summary>Frames that the model sees.</summary>
    public required int Window { get; init; }

    public required EnvelopeOptions Envelope { get; init; }

    /// <summary>For segments before their first match, and for those that match no pattern.</summary>
    public required PatternModel Pooled { get; init; }

    /// <summary>By pattern.</summary>
    public required IReadOnlyList<PatternModel> Models { get; init; }

    public required Calibration Calibration { get; init; }

    public required Thresholds Thresholds { get; init; }

    public required PcaResidual Pca { get; init; }

    public required PatternZ PatternZ { get; init; }

    /// <summary>No episode starts within this of a segment's start.</summary>
    public required TimeSpan Settling { get; init; }

    public PatternModel ModelFor(int pattern) => pattern >= 0 && pattern < Models.Count ? Models[pattern] : Pooled;
}

/// <summary>When an alarm begins: two frames in a row above <paramref name="Evidence"/>.</summary>
/// <param name="FalseEpisodesPerHour">The rate that was asked for, per node-hour of calm running.</param>
/// <param name="Evidence">On the scale of the fused evidence.</param>
/// <param name="Surprise">The same on the scale of the score (-log10 of the p-value), for frames that match no pattern of their own calibration.</param>
/// <param name="Extrapolated">The held-out data is too short to have seen that rate.</param>
/// <param name="Calibrated">What the fitted tail alone says, on the scale of the evidence.</param>
/// <param name="Robust">Median + k deviations (of the median absolute deviation) of held-out evidence.</param>
/// <param name="KSigma">Not null: this rule decides, and the numbers before it are for the record.</param>
public sealed record Thresholds(
    double FalseEpisodesPerHour, double Evidence, double Surprise, bool Extrapolated, double Calibrated, double Robust, KSigmaOptions? KSigma = null);
