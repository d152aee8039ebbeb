namespace Tocsin.Checkpointing.Migration;

/// <summary>How many nodes to keep free. Nodes that are out form a queue with infinitely many servers: their number is Poisson with mean failures x time out
/// (Palm's theorem), whatever the law of the repair time.</summary>
public static class SparePool
{
    /// <summary>Least number of spares with which the nodes of one failure all find one with probability <paramref name="wanted"/>.</summary>
    /// <param name="nodes">At work.</param>
    /// <param name="outS">Mean seconds that a node is out: repair, or the rest after a prediction.</param>
    /// <param name="wanted">0 to below 1.</param>
    /// <param name="together">Nodes that fail at once, 1 or more.</param>
    public static int Size(int nodes, double nodeMtbfS, double outS, double wanted, int together = 1)
    {
        if (wanted is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(wanted), wanted, "0 to below 1");
        var mean = nodes * outS / nodeMtbfS;
        if (wanted == 0)
            return 0;
        // Sums of doubles may stop short of a chance next to 1: far beyond the mean nothing more comes.
        var most = mean + (50 * Math.Sqrt(mean)) + 100;
        return AtMost(mean).TakeWhile((chance, k) => chance < wanted && k <= most).Count() + together;
    }

    /// <summary>Probability that of so many spares <paramref name="together"/> are free, so that at most the others are out.</summary>
    public static double ChanceOfFree(int spares, int nodes, double nodeMtbfS, double outS, int together = 1)
    {
        var mean = nodes * outS / nodeMtbfS;
        return spares < together ? 0 : Math.Min(1, AtMost(mean).ElementAt(spares - together));
    }

    /// <summary>Poisson's law: the chance of at most 0, 1, 2 ... without end.</summary>
    private static IEnumerable<double> AtMost(double mean)
    {
        // In logarithms: exp(-mean) is 0 to a machine from 745 on.
        var (term, sum) = (-mean, 0.0);
        for (var k = 0; ; k++)
        {
            yield return sum += Math.Exp(term);
            term += Math.Log(mean / (k + 1));
        }
    }
}
