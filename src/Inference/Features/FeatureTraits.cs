namespace Tocsin.Inference.Features;

/// <summary>The part of TSFEL that a feature belongs to.</summary>
public enum FeatureDomain
{
    Statistical,
    Temporal,
    Spectral,
}

/// <summary>How a feature grows when the same behaviour is watched for longer.</summary>
public enum LengthScaling
{
    /// <summary>It does not: a level, a rate, a ratio, a frequency.</summary>
    None,

    /// <summary>Counts, sums and positions in time grow with the frames.</summary>
    Frames,

    /// <summary>Sums over bins of sums over frames grow with their square.</summary>
    FramesSquared,

    /// <summary>Shares per frequency bin shrink as the bins become more.</summary>
    InverseFrames,
}

/// <param name="Group">The family within which features say much the same: distances weigh groups evenly.</param>
/// <param name="Informative">False where the value depends on the series' length alone.</param>
public sealed record FeatureTraits(
    string Name, FeatureDomain Domain, string Group, LengthScaling Scaling, bool Informative)
{
    /// <summary>134 rows in the order of <see cref="FeatureNames.All"/>.</summary>
    public static IReadOnlyList<FeatureTraits> All { get; } = FeatureTable.Build();

    /// <summary>The value with the growth by length taken out, so that segments of unlike length compare.</summary>
    public double LengthFree(double value, int frames) => Scaling switch
    {
        LengthScaling.Frames => value / frames,
        LengthScaling.FramesSquared => value / frames / frames,
        LengthScaling.InverseFrames => value * frames,
        _ => value,
    };
}
