namespace Tocsin.Shared.Flow;

/// <summary>What an operator says that a stretch of a node's time was. All times are unix milliseconds.</summary>
public sealed record Label
{
    /// <summary>Characters of <see cref="Note"/>.</summary>
    public const int MaxNote = 500;

    /// <summary>Counted by the store, 1, 2, 3 ...</summary>
    public long Number { get; init; }

    public required NodeKey Node { get; init; }

    public required long FromMs { get; init; }

    /// <summary>Exclusive, after <see cref="FromMs"/>.</summary>
    public required long UntilMs { get; init; }

    /// <summary>Of which kind the fault is, which is never learned from; null = it was normal.</summary>
    public FaultKind? Fault { get; init; }

    /// <summary>The token's name. Hostile text.</summary>
    public required string Who { get; init; }

    /// <summary>Hostile text.</summary>
    public string Note { get; init; } = "";

    public required long GivenMs { get; init; }

    public long? UndoneMs { get; init; }

    public string? UndoneBy { get; init; }
}
