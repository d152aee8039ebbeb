namespace Tocsin.Inference.Faults;

/// <summary>How good predictions were. Detection is over host-intervals, fault or none; classification is over the pairs host x fault class of an interval.
/// What a figure cannot say (no fault, nothing predicted) is NaN.</summary>
/// <param name="HitRate">HR@100 %: with k true pairs in an interval, the share of them among the k pairs of highest score; mean over intervals with faults.</param>
/// <param name="Ndcg">NDCG@k: the same ranking, a hit at place i worth 1 / log2(i + 1), over the best that k hits can be worth; mean over intervals with faults.</param>
/// <param name="MacroHit">Given a fault, how often its class has the highest score among the fault classes: mean over the classes that occur.</param>
/// <param name="Threshold">P(fault) above which a fault was predicted.</param>
public sealed record FaultFigures(double Accuracy, double Precision, double Recall, double F1, double HitRate, double Ndcg, double MacroHit, float Threshold);
