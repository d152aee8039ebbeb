namespace Tocsin.Inference.Scoring;

public sealed record TailOptions
{
    /// <summary>Spacing of frames.</summary>
    public TimeSpan Cadence { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The share of frames that the tail is fitted to; the rest is taken as it was seen. 0..0.5.</summary>
    public double TailShare { get; init; } = 0.1;

    /// <summary>Exceedances with at most so many quiet frames between them are one episode, as the evaluation counts them.</summary>
    public int MergeGap { get; init; } = 5;

    /// <summary>The shape of the tail is held within +-this.</summary>
    public double ShapeBound { get; init; } = 0.5;

    /// <summary>Standard deviation of the prior that draws the shape to 0.</summary>
    public double ShapePrior { get; init; } = 0.2;

    /// <summary>A rate of which the held-out data would show fewer episodes than this is extrapolated.</summary>
    public double FewestEpisodes { get; init; } = 3;

    /// <summary>An episode so high that clean data of this length would show one with at most this probability is taken for a fault that nobody labelled. 0 = none is.</summary>
    public double OutlierLevel { get; init; } = 0.2;

    /// <summary>At most this share of episodes is left out as faults.</summary>
    public double MostOutliers { get; init; } = 0.3;
}
