namespace Tocsin.Inference.Patterns;

/// <summary>How patterns are made and matched; docs/DECISIONS.md keeps the measurements behind the defaults.</summary>
public sealed record PatternOptions
{
    public Linkage Linkage { get; init; } = Linkage.Ward;

    /// <summary>Patterns of jobs; null = by the silhouette. 1 and more; at most as many as there are segments are made.</summary>
    public int? Patterns { get; init; }

    /// <summary>Patterns of idle segments; null = by the silhouette.</summary>
    public int? IdlePatterns { get; init; }

    /// <summary>The silhouette is looked at for 2 to this many patterns, and never beyond a third of the segments.</summary>
    public int MostPatterns { get; init; } = 50;

    /// <summary>Taken is the largest number of patterns whose mean silhouette is at least this share of the best: too few patterns cost
    /// accuracy, some too many do not (NodeSentry, section 4.6). 0..1.</summary>
    public double SilhouetteShare { get; init; } = 0.95;

    /// <summary>Where no cut's mean silhouette reaches this there is one pattern. -1..1.</summary>
    public double PoorestSilhouette { get; init; } = 0.05;

    /// <summary>A pattern of fewer segments joins the nearest one where all of them lie within its radius; else it stays, small.</summary>
    public int LeastMembers { get; init; } = 2;

    /// <summary>Rising; a match is made when a segment has so many frames, and revised at the next. At least 2 each.</summary>
    public IReadOnlyList<int> HeadLengths { get; init; } = [10, 20, 40, 80, 160, 240];

    /// <summary>Robust z of features are bounded to +-this.</summary>
    public float Clip { get; init; } = 1.25f;

    /// <summary>A feature's scale is at least this share of its 90 % width.</summary>
    public double ScaleFloor { get; init; } = 0.5;

    /// <summary>Of the members' own distances, each left out of its pattern; their pooled quantile makes the radius.</summary>
    public double RadiusQuantile { get; init; } = 0.95;

    /// <summary>Radius over that quantile. More refuses fewer members and fewer strangers.</summary>
    public double RadiusMargin { get; init; } = 1.6;

    /// <summary>How much a pattern's own spread counts against the mean of all: members / (members + this).</summary>
    public double SpreadPrior { get; init; } = 10;

    /// <summary>Weight of what the job's name says, beside what the metrics say; 0 = the name is not looked at.</summary>
    public double JobNameWeight { get; init; } = 1;

    /// <summary>A segment within this many radii of the pattern that its name stands for is matched to it, 1 or more: what drives a run of a known
    /// kind out of the radius is as a rule the fault that is looked for. The same for idle segments where there is one idle pattern.</summary>
    public double NamedReach { get; init; } = 2;

    /// <summary>Weight of what the user's name says.</summary>
    public double UserWeight { get; init; }

    /// <summary>Laplace smoothing of the names' counts, above 0.</summary>
    public double Smoothing { get; init; } = 1;

    /// <summary>Threads; 0 = one a processor. The result is the same to the bit for any number.</summary>
    public int Threads { get; init; }

    internal int ThreadCount => Threads > 0 ? Threads : Environment.ProcessorCount;
}
