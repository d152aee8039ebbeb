namespace Tocsin.Inference.Faults.Workload;

/// <summary>A simulated history under both of its truths; the two share their intervals.</summary>
/// <param name="Rule">Labels by the paper's rules, 4 classes.</param>
/// <param name="Cause">Labels by what was broken (<see cref="Causes"/>), 5 classes.</param>
public sealed record WorkloadRun(FaultHistory Rule, FaultHistory Cause)
{
    /// <summary>What can be known of the labels before they come, for the intervals that were asked for; null: none were.</summary>
    public OracleScores? Oracle { get; init; }
}

/// <summary>The best possible predictor: class probabilities of each host given the whole hidden state at the end of the interval before, by drawing what
/// comes next so many times over. Not exact: with n draws a probability p has the deviation sqrt(p (1 - p) / n), and a quarter of a draw is added to each
/// class, so that none is called impossible. Tasks that follow a trace have their future in it, so there it knows more than chance would allow.</summary>
public sealed class OracleScores
{
    private readonly float[][] _rule, _cause;

    internal OracleScores(IntervalRange range, float[][] rule, float[][] cause) => (Range, _rule, _cause) = (range, rule, cause);

    public IntervalRange Range { get; }

    /// <summary>hosts x 4, row-major.</summary>
    public ReadOnlySpan<float> Rule(int interval) => _rule[interval - Range.First];

    /// <summary>hosts x 5, row-major.</summary>
    public ReadOnlySpan<float> Cause(int interval) => _cause[interval - Range.First];
}
