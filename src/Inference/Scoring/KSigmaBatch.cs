namespace Tocsin.Inference.Scoring;

/// <summary>The sliding k-sigma threshold as published, over one file's scores: nothing is frozen, nothing is carried over.</summary>
public static class KSigmaBatch
{
    /// <param name="window">Scores before t, t excluded; population standard deviation.</param>
    /// <param name="fewest">No alarm until so many scores were seen.</param>
    public static bool[] Alarms(ReadOnlySpan<double> scores, int window = 60, double k = 3, int fewest = 10)
    {
        var alarms = new bool[scores.Length];
        for (var t = fewest; t < scores.Length; t++)
        {
            var past = scores[Math.Max(0, t - window)..t];
            if (past.Length < fewest)
                continue;
            double sum = 0, squares = 0;
            foreach (var s in past)
                sum += s;
            var mean = sum / past.Length;
            foreach (var s in past)
                squares += (s - mean) * (s - mean);
            alarms[t] = scores[t] > mean + k * Math.Sqrt(squares / past.Length);
        }
        return alarms;
    }
}
