namespace Tocsin.Inference.Evaluation;

/// <summary>Areas under curves, unadjusted. The frames are sorted once; each figure is then one pass, so that a bootstrap over blocks costs no sort.</summary>
/// <remarks>Ties share a rank: the ROC area is Mann-Whitney's with ties at 1/2, the PR area is average precision in steps, one step a distinct score.
/// A frame without a score (NaN) counts as not alarmed: it ranks below every scored frame, at whatever threshold.</remarks>
public sealed class Ranking
{
    private readonly int[] _order;
    private readonly bool[] _positive;
    private readonly bool[] _endsGroup;

    public Ranking(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        if (scores.Length != positive.Length)
            throw new ArgumentException($"{positive.Length} labels for {scores.Length} scores", nameof(positive));
        var keys = new double[scores.Length];
        _order = new int[scores.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = double.IsNaN(scores[i]) ? double.PositiveInfinity : -scores[i];
            _order[i] = i;
        }
        Array.Sort(keys, _order);
        _positive = new bool[keys.Length];
        _endsGroup = new bool[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            _positive[i] = positive[_order[i]];
            _endsGroup[i] = i == keys.Length - 1 || keys[i] != keys[i + 1];
        }
    }

    public static double Roc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive) => new Ranking(scores, positive).Areas().Roc;

    public static double AveragePrecision(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive) => new Ranking(scores, positive).Areas().Pr;

    /// <summary>NaN where one of the two classes is absent.</summary>
    public (double Roc, double Pr) Areas() => Areas([], []);

    /// <param name="groupOf">Per frame, in the order given to the constructor: which block it belongs to.</param>
    /// <param name="weights">Per block: how often it counts.</param>
    public (double Roc, double Pr) Areas(ReadOnlySpan<int> groupOf, ReadOnlySpan<int> weights)
    {
        // Whole numbers in doubles: exact, and so independent of order, up to 2^53 pairs.
        long positives = 0, negatives = 0, groupPositives = 0, groupNegatives = 0;
        double twicePairs = 0, precisionSum = 0;
        for (var i = 0; i < _order.Length; i++)
        {
            var weight = groupOf.IsEmpty ? 1 : weights[groupOf[_order[i]]];
            if (_positive[i])
                groupPositives += weight;
            else
                groupNegatives += weight;
            if (!_endsGroup[i])
                continue;
            // A negative is beaten by every positive above it, and by half of those at the same score.
            twicePairs += (double)groupNegatives * (2 * positives + groupPositives);
            positives += groupPositives;
            negatives += groupNegatives;
            if (groupPositives > 0)
                precisionSum += (double)groupPositives * positives / (positives + negatives);
            groupPositives = groupNegatives = 0;
        }
        return (positives == 0 || negatives == 0 ? double.NaN : twicePairs / 2 / ((double)positives * negatives),
            positives == 0 ? double.NaN : precisionSum / positives);
    }
}
