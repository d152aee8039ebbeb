namespace Tocsin.Inference.Faults.Workload;

/// <param name="Variation">Standard deviation over the mean.</param>
/// <param name="Autocorrelation">Of a host's series at a distance of one interval; mean over the hosts.</param>
public sealed record FeatureStatistics(string Name, double Mean, double Median, double Percentile99, double Variation, double Autocorrelation);

/// <summary>What a history is like.</summary>
/// <param name="Shares">One a class, of the host-intervals.</param>
/// <param name="MeanRun">Intervals that a host's fault lasts.</param>
/// <param name="PersistenceF1">Of saying the last label that is known again.</param>
/// <param name="EdgesPerInterval">Pairs of hosts between which tasks moved.</param>
public sealed record WorkloadStatistics(double[] Shares, double MeanRun, double PersistenceF1, double EdgesPerInterval, IReadOnlyList<FeatureStatistics> Features)
{
    public static WorkloadStatistics Of(FaultHistory history)
    {
        var counts = new double[history.Classes];
        double runs = 0, edges = 0, right = 0, said = 0;
        var back = 1 + history.LabelDelay;
        for (var t = 0; t < history.Length; t++)
        {
            edges += history[t].Edges.Length;
            for (var h = 0; h < history.Hosts; h++)
            {
                var faulty = history.Label(t, h) is { } label && label != FaultClass.None;
                counts[(int)(history.Label(t, h) ?? FaultClass.None)]++;
                runs += faulty && (t == 0 || history.Label(t - 1, h) is FaultClass.None) ? 1 : 0;
                if (t < back)
                    continue;
                var before = history.Label(t - back, h) is not (null or FaultClass.None);
                right += faulty && before ? 2 : 0;
                said += (faulty ? 1 : 0) + (before ? 1 : 0);
            }
        }
        var total = counts.Sum();
        return new WorkloadStatistics([.. counts.Select(c => c / total)], runs > 0 ? (total - counts[0]) / runs : 0, said > 0 ? right / said : 0,
            edges / history.Length, [.. Enumerable.Range(0, history.Features).Select(f => Feature(history, f))]);
    }

    private static FeatureStatistics Feature(FaultHistory history, int feature)
    {
        var all = new float[history.Length * history.Hosts];
        double correlation = 0;
        for (var h = 0; h < history.Hosts; h++)
        {
            double sum = 0, squares = 0, products = 0;
            for (var t = 0; t < history.Length; t++)
            {
                var value = all[(h * history.Length) + t] = history[t].Row(h)[feature];
                sum += value;
            }
            var mean = sum / history.Length;
            for (var t = 0; t < history.Length; t++)
            {
                var away = all[(h * history.Length) + t] - mean;
                squares += away * away;
                products += t > 0 ? away * (all[(h * history.Length) + t - 1] - mean) : 0;
            }
            correlation += squares > 0 ? products / squares / history.Hosts : 0;
        }
        Array.Sort(all);
        var average = all.Average(v => (double)v);
        var deviation = Math.Sqrt(all.Average(v => (v - average) * (v - average)));
        return new FeatureStatistics(HostFeatures.Names[feature], average, all[all.Length / 2], all[all.Length * 99L / 100], average > 0 ? deviation / average : 0, correlation);
    }
}
