namespace Tocsin.Checkpointing.Policies;

/// <summary>The equations of "Adaptive Fault Tolerance Mechanisms of Large Language Models in Cloud Computing Environments" (arXiv 2503.12228), as its summary states them.
/// It gives no units; the normalisation is ours and stands in docs/CHECKPOINTS.md.</summary>
public static class PaperEquations
{
    /// <summary>Eq. 1: P(fault) = sigmoid(sum w x + b), 0..1.</summary>
    public static double FailureProbability(ReadOnlySpan<double> weights, ReadOnlySpan<double> metrics, double bias)
    {
        if (weights.Length != metrics.Length)
            throw new ArgumentException($"{weights.Length} weights for {metrics.Length} metrics");
        var sum = bias;
        for (var i = 0; i < weights.Length; i++)
            sum += weights[i] * metrics[i];
        return 1 / (1 + Math.Exp(-sum));
    }

    /// <summary>Eq. 2: lambda = alpha P + beta I. With P, I in 0..1 and alpha + beta = 1 it is in 0..1, without a unit.</summary>
    public static double Frequency(double alpha, double probability, double beta, double load) => (alpha * probability) + (beta * load);

    /// <summary>Our unit for eq. 2: at lambda = 1/2, the middle of its range, the paper checkpoints as often as the traditional method does, so
    /// T = traditional / (2 lambda), at most a day.</summary>
    public static double PeriodS(double lambda, double traditionalS) => Math.Min(86_400, traditionalS / (2 * lambda));

    /// <summary>L(s) = l1 ResourceCost(s) + l2 FaultImpact(s), here both in node-seconds, so that l1 = l2 = 1 is the expected loss.</summary>
    public static double Loss(double l1, double resourceCost, double l2, double faultImpact) => (l1 * resourceCost) + (l2 * faultImpact);
}
