using Tocsin.Shared;

namespace Tocsin.Checkpointing.Policies;

/// <summary>Somebody expects a node to fail. Times are unix milliseconds.</summary>
/// <param name="Id">The same word of the same predictor keeps its number; unique while it is in force.</param>
/// <param name="IssuedMs">When it was said first.</param>
/// <param name="FromMs">The failure is not expected before this.</param>
/// <param name="UntilMs">Nor after this; the same as <paramref name="FromMs"/> where the date is exact.</param>
/// <param name="Confidence">What the predictor says of itself, 0..1; what it is worth is learned (<see cref="IKnowledge.Precision"/>).</param>
public readonly record struct NodePrediction(long Id, NodeKey Node, long IssuedMs, long FromMs, long UntilMs, double Confidence);
