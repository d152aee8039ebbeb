using Tocsin.Inference.Faults;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults;

/// <summary>What the fault model says of one node's next interval.</summary>
/// <param name="AtMs">When it was said: the end of the interval that it was read from, unix milliseconds.</param>
/// <param name="UntilMs">Until when it holds, exclusive: the end of the interval that it is said of, and as long as the next words may be on their way.</param>
/// <param name="Version">Of the model, 1 or more.</param>
/// <param name="Probability">Of a fault of any class, 0..1.</param>
/// <param name="Classes">Of each <see cref="FaultClass"/>, by its number; they sum to 1, and <see cref="Probability"/> is 1 less the first.</param>
/// <param name="MayAct">Whether an action may rest on it: the model learned from labels of this site alone, and enough of them, and its own words came true
/// (<see cref="Learning.VersionQuality"/>). Never of weights that saw a simulator.</param>
/// <param name="WhyNot">In one line, where <paramref name="MayAct"/> is false.</param>
public sealed record FaultOutlook(NodeKey Node, long AtMs, long UntilMs, int Version, float Probability, IReadOnlyList<float> Classes, bool MayAct, string? WhyNot)
{
    /// <summary>The likeliest class of fault, however unlikely a fault is: never <see cref="FaultClass.None"/>.</summary>
    public FaultClass Class => (FaultClass)Enumerable.Range(1, Classes.Count - 1).MaxBy(c => Classes[c]);
}

/// <summary>What is expected of nodes in the next interval. Any thread; never waits, never fails.</summary>
public interface IFaultOutlook
{
    /// <returns>Null: no model serves, it was not told enough of the node, or what it said is past at <paramref name="nowMs"/>.</returns>
    FaultOutlook? Of(NodeKey node, long nowMs);
}

/// <summary>No model serves.</summary>
public sealed class NoOutlook : IFaultOutlook
{
    public static readonly NoOutlook One = new();

    public FaultOutlook? Of(NodeKey node, long nowMs) => null;
}
