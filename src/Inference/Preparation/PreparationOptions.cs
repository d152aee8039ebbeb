namespace Tocsin.Inference.Preparation;

/// <summary>How metrics are reduced and scaled; the defaults are the paper's where it names one.</summary>
public sealed record PreparationOptions
{
    /// <summary>Share of a metric's values left out at each end for its mean and deviation.</summary>
    public double TrimmedShare { get; init; } = 0.05;

    /// <summary>Standardised values are bounded to +-this.</summary>
    public float Clip { get; init; } = 5;

    /// <summary>Two metrics whose |r| reaches this over training and within segments are one.</summary>
    public double SameCurve { get; init; } = 0.99;

    /// <summary>Missing values are interpolated in training between neighbours at most this many cadences apart.</summary>
    public int LongestGap { get; init; } = 10;

    /// <summary>A node with fewer frames than this is scaled like all nodes.</summary>
    public int LeastNodeFrames { get; init; } = 240;

    /// <summary>A metric missing in more than this share of frames is left out.</summary>
    public double MostMissing { get; init; } = 0.5;

    /// <summary>Frames used for correlations; more are thinned evenly.</summary>
    public int CorrelationFrames { get; init; } = 50_000;
}
