namespace Tocsin.Actors.Learning;

/// <summary>What is to be learned next.</summary>
/// <param name="Train">Ids of the segments that are learned from.</param>
/// <param name="Held">Newer ones, on which the result is checked.</param>
public abstract record TrainStep(IReadOnlyList<string> Train, IReadOnlyList<string> Held)
{
    /// <summary>For the log, the version's record and the operator.</summary>
    public abstract string Words { get; }
}

/// <summary>There is no library: one is made of everything.</summary>
public sealed record FirstLibrary(IReadOnlyList<string> Train, IReadOnlyList<string> Held) : TrainStep(Train, Held)
{
    public override string Words => $"the first library, of {Train.Count} segments";
}

/// <summary>Segments of one kind that no pattern fits become one.</summary>
public sealed record NewPattern(IReadOnlyList<string> Train, IReadOnlyList<string> Held, string JobName) : TrainStep(Train, Held)
{
    public override string Words => $"a new pattern ({JobName}), of {Train.Count} segments";
}

public sealed record TunePattern(IReadOnlyList<string> Train, IReadOnlyList<string> Held, int Pattern) : TrainStep(Train, Held)
{
    public override string Words => $"pattern {Pattern} tuned, by {Train.Count} segments";
}
