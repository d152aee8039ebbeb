using Tocsin.Inference.Models;
using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Inference.Training;

namespace Tocsin.Inference.Learning;

/// <summary>Everything that turns frames into scores and alarms. Immutable; any number of threads may score with it.</summary>
public sealed class PatternLibrary
{
    public required LearnReport Report { get; init; }

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

/// <param name="FalseEpisodesPerHour">The rate that was asked for, per node-hour of calm running.</param>
/// <param name="Surprise">Alarm above it, on the scale of the score (-log10 of the p-value).</param>
/// <param name="Extrapolated">The held-out data is too short to have seen that rate.</param>
public sealed record Thresholds(double FalseEpisodesPerHour, double Surprise, bool Extrapolated);
