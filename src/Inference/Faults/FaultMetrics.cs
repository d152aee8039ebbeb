namespace Tocsin.Inference.Faults;

/// <summary>Counts predictions against labels, interval by interval. Hosts whose label is unknown are left out; an interval's pairs then lack theirs.</summary>
/// <remarks>HitRate and Ndcg as Tuli et al. (TranAD, 2022, section 4.2) compute them, k being 100 % of the true pairs; the gain is Järvelin and Kekäläinen's (2002).</remarks>
public sealed class FaultMetrics(int hosts, int classes)
{
    private readonly List<(float Score, bool Fault)> _detections = [];
    private readonly long[] _faults = new long[classes], _right = new long[classes];
    private readonly float[] _keys = new float[hosts * (classes - 1)];
    private readonly bool[] _true = new bool[hosts * (classes - 1)];
    private double _hits, _gains;
    private int _faulty;

    /// <param name="labels">One a host; null: unknown.</param>
    /// <param name="scores">hosts x classes, row-major; 1 - the first column is P(fault).</param>
    public void Add(ReadOnlySpan<FaultClass?> labels, ReadOnlySpan<float> scores)
    {
        int pairs = 0, positives = 0;
        for (var h = 0; h < hosts; h++)
        {
            if (labels[h] is not { } label)
                continue;
            var row = scores.Slice(h * classes, classes);
            _detections.Add((1 - row[0], label != FaultClass.None));
            var best = 1;
            for (var c = 1; c < classes; c++)
            {
                best = row[c] > row[best] ? c : best;
                (_keys[pairs], _true[pairs]) = (-row[c], (int)label == c);
                pairs++;
            }
            if (label == FaultClass.None)
                continue;
            positives++;
            _faults[(int)label]++;
            _right[(int)label] += best == (int)label ? 1 : 0;
        }
        if (positives > 0)
            Rank(pairs, positives);
    }

    /// <returns>The threshold with the highest F1, for use on other intervals than these.</returns>
    public float BestThreshold()
    {
        var sorted = _detections.OrderByDescending(d => d.Score).ToArray();
        long faults = sorted.LongCount(d => d.Fault), hits = 0;
        var (best, threshold) = (-1.0, 0.5f);
        for (var i = 0; i < sorted.Length; i++)
        {
            hits += sorted[i].Fault ? 1 : 0;
            if (i + 1 < sorted.Length && sorted[i + 1].Score == sorted[i].Score)
                continue;
            var f1 = 2.0 * hits / (i + 1 + faults);
            if (f1 > best)
                (best, threshold) = (f1, i + 1 < sorted.Length ? (sorted[i].Score + sorted[i + 1].Score) / 2 : sorted[i].Score / 2);
        }
        return threshold;
    }

    /// <param name="threshold">A host-interval counts as predicted faulty when P(fault) is above it.</param>
    public FaultFigures At(float threshold)
    {
        long tp = 0, fp = 0, fn = 0;
        foreach (var (score, fault) in _detections)
        {
            var said = score > threshold;
            tp += said && fault ? 1 : 0;
            fp += said && !fault ? 1 : 0;
            fn += !said && fault ? 1 : 0;
        }
        var total = (double)_detections.Count;
        var occurring = Enumerable.Range(1, classes - 1).Where(c => _faults[c] > 0).ToArray();
        return new FaultFigures(
            (total - fp - fn) / total,
            tp / (double)(tp + fp),
            tp / (double)(tp + fn),
            2.0 * tp / ((2 * tp) + fp + fn),
            _faulty > 0 ? _hits / _faulty : double.NaN,
            _faulty > 0 ? _gains / _faulty : double.NaN,
            occurring.Length > 0 ? occurring.Average(c => _right[c] / (double)_faults[c]) : double.NaN,
            threshold);
    }

    /// <summary>Pairs with one score share their places: each counts as the mean of what it would be in any order of them, so that no order of hosts
    /// helps a predictor that says the same of all.</summary>
    private void Rank(int pairs, int k)
    {
        Array.Sort(_keys, _true, 0, pairs);
        double hits = 0, gain = 0, ideal = 0;
        for (var i = 0; i < k; i++)
            ideal += Gain(i);
        for (var first = 0; first < Math.Min(k, pairs);)
        {
            int end = first, found = 0;
            double worth = 0;
            var places = 0;
            while (end < pairs && _keys[end] == _keys[first])
            {
                found += _true[end] ? 1 : 0;
                if (end < k)
                {
                    worth += Gain(end);
                    places++;
                }
                end++;
            }
            var share = found / (double)(end - first);
            hits += share * places;
            gain += share * worth;
            first = end;
        }
        _hits += hits / k;
        _gains += gain / ideal;
        _faulty++;
    }

    private static double Gain(int place) => 1 / Math.Log2(place + 2);
}
