namespace Tocsin.Shared.Flow;

/// <summary>What an operator says of an alert. Stored: the numbers never change.</summary>
public enum VerdictWord
{
    /// <summary>It was right: never learned from, and no verdict hides it.</summary>
    Fault = 0,

    /// <summary>It is so, and known: planned work, a property of the node. Not told of, however strong.</summary>
    Expected = 1,

    /// <summary>A false alarm. Not told of up to half as strong again.</summary>
    False = 2,
}

/// <summary>How far a verdict reaches. Stored: the numbers never change.</summary>
public enum VerdictScope
{
    /// <summary>The alert's nodes.</summary>
    Node = 0,

    /// <summary>Segments of the patterns that the alert's segments matched.</summary>
    Pattern = 1,

    /// <summary>All nodes, whatever is found because of one metric.</summary>
    Metric = 2,

    /// <summary>All nodes.</summary>
    Site = 3,
}

/// <summary>What a finding is recognised by when the same comes again, on this node or another.</summary>
/// <param name="Rule">Empty where <paramref name="Source"/> is no rule.</param>
/// <param name="Pattern">Null where the segment matches none, or the source asks for none.</param>
/// <param name="Ratio">Score over threshold; 0 where the source has none.</param>
/// <param name="Top">Largest share first.</param>
public sealed partial record AlertSign(FindingSource Source, string Rule, FaultKind Kind, int? Pattern, float Ratio, IReadOnlyList<MetricShare> Top)
{
    /// <summary>Of one alert.</summary>
    public const int Most = 16;

    /// <summary>Metrics of one.</summary>
    public const int MostTop = 8;

    /// <summary>The metric that carries most of it; null where there is none.</summary>
    public string? Lead => Top.Count > 0 ? Top[0].Metric : null;

    public static AlertSign Of(Finding finding) => new(
        finding.Source, finding.Rule, finding.Kind, finding.Pattern, finding.Threshold > 0 ? finding.Score / finding.Threshold : 0,
        [.. finding.Top.Take(MostTop).Select(t => new MetricShare(t.Metric, t.Share))]);
}

/// <summary>What an operator said of an alert, with all of it that is needed to recognise the same: the alert itself need not be there any more.</summary>
/// <remarks>A record of the topic of findings: given (<see cref="UndoneMs"/> null), then undone. The same again changes nothing. Times are unix milliseconds.</remarks>
public sealed partial record Verdict
{
    /// <summary>Characters of <see cref="Note"/>.</summary>
    public const int MaxNote = 500;

    /// <summary>Characters of <see cref="Who"/> and <see cref="UndoneBy"/>.</summary>
    public const int MaxWho = 64;

    public const int MaxPatterns = 64;

    /// <summary>Counted by the store, 1, 2, 3 ...</summary>
    public required long Number { get; init; }

    public required AlertId Alert { get; init; }

    public required VerdictWord Word { get; init; }

    public required VerdictScope Scope { get; init; }

    /// <summary>Who shows the alert, sorted; all of them, or none where not all were named.</summary>
    public required IReadOnlyList<string> Nodes { get; init; }

    /// <summary>That the alert's segments matched.</summary>
    public IReadOnlyList<int> Patterns { get; init; } = [];

    /// <summary>Of <see cref="VerdictScope.Metric"/>; else null.</summary>
    public string? Metric { get; init; }

    /// <summary>The alert's.</summary>
    public required IReadOnlyList<AlertSign> Signs { get; init; }

    /// <summary>The alert's onset.</summary>
    public required long SinceMs { get; init; }

    /// <summary>The alert's end; null where it was open.</summary>
    public long? ClearedMs { get; init; }

    /// <summary>The token's name. Hostile text.</summary>
    public required string Who { get; init; }

    /// <summary>Why. Hostile text.</summary>
    public string Note { get; init; } = "";

    public required long GivenMs { get; init; }

    /// <summary>Exclusive; null = until it is undone.</summary>
    public long? UntilMs { get; init; }

    public long? UndoneMs { get; init; }

    public string? UndoneBy { get; init; }

    /// <summary>Neither undone nor over.</summary>
    public bool Stands(long nowMs) => UndoneMs is null && (UntilMs is not { } until || nowMs < until);
}
