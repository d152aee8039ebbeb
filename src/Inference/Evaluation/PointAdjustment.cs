namespace Tocsin.Inference.Evaluation;

/// <summary>The adjustment that papers apply: a run of faulty frames counts as wholly detected if one of its frames is. It flatters every method.</summary>
public static class PointAdjustment
{
    public static bool[] Adjust(ReadOnlySpan<bool> alarms, ReadOnlySpan<bool> positive)
    {
        var adjusted = alarms.ToArray();
        foreach (var (first, end) in Runs(positive))
        {
            if (alarms[first..end].Contains(true))
                adjusted.AsSpan(first, end - first).Fill(true);
        }
        return adjusted;
    }

    /// <summary>A run's scores become its largest one.</summary>
    public static double[] Adjust(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        var adjusted = scores.ToArray();
        foreach (var (first, end) in Runs(positive))
        {
            var top = double.NaN;
            foreach (var s in scores[first..end])
                top = double.IsNaN(top) || s > top ? s : top;
            adjusted.AsSpan(first, end - first).Fill(top);
        }
        return adjusted;
    }

    /// <summary>Precision is 0 where nothing is alarmed; recall is NaN where nothing is faulty; F1 is 0 where both are 0.</summary>
    public static (double Precision, double Recall, double F1) PrecisionRecall(ReadOnlySpan<bool> alarms, ReadOnlySpan<bool> positive)
    {
        long hit = 0, wrong = 0, missed = 0;
        for (var i = 0; i < alarms.Length; i++)
        {
            hit += alarms[i] && positive[i] ? 1 : 0;
            wrong += alarms[i] && !positive[i] ? 1 : 0;
            missed += !alarms[i] && positive[i] ? 1 : 0;
        }
        var precision = hit + wrong == 0 ? 0 : (double)hit / (hit + wrong);
        var recall = hit + missed == 0 ? double.NaN : (double)hit / (hit + missed);
        return (precision, recall, F1(precision, recall));
    }

    public static double F1(double precision, double recall) => precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;

    private static List<(int First, int End)> Runs(ReadOnlySpan<bool> positive)
    {
        var runs = new List<(int, int)>();
        for (var i = 0; i < positive.Length; i++)
        {
            if (!positive[i])
                continue;
            var first = i;
            while (i + 1 < positive.Length && positive[i + 1])
                i++;
            runs.Add((first, i + 1));
        }
        return runs;
    }
}
