using Tocsin.Inference.Scoring;

namespace Tocsin.Inference.Learning;

/// <summary>From held-out evidence to the threshold of an alarm.</summary>
internal static class AlarmThresholds
{
    /// <summary>Of a normal distribution's standard deviation over its median absolute deviation.</summary>
    private const double NormalMad = 1.4826;

    /// <summary>What two frames in a row both reach; NaN where the first of them is unknown.</summary>
    public static float Persistent(float before, float now) => Math.Min(before, now);

    /// <param name="runs">Held-out evidence per segment, NaN = not scored. Unlabelled faults are among it.</param>
    /// <param name="strict">Those of them that the models did not see either; for a budget.</param>
    public static (Thresholds Thresholds, BudgetChoice? Budget) Of(
        IReadOnlyList<float[]> runs, IReadOnlyList<float[]> strict, TailModel frames, LearnOptions options, TailOptions tails)
    {
        var persistent = Persistent(runs);
        var sorted = persistent.SelectMany(r => r).Where(float.IsFinite).Select(s => (double)s).Order().ToArray();
        var median = Median(sorted);
        var mad = Median([.. sorted.Select(s => Math.Abs(s - median)).Order()]);
        var robust = median + (options.RobustDeviations * NormalMad * mad);
        var rate = options.Budget?.PerNodeHour ?? options.FalseEpisodesPerHour;
        var wanted = TailFitter.Fit(persistent, tails).ThresholdFor(rate);
        var evidence = wanted.Extrapolated ? robust : Math.Max(robust, wanted.Score);
        BudgetChoice? choice = null;
        if (options.Budget is { } budget)
            (evidence, choice) = Choose(Persistent(strict), budget, robust, tails);
        return (new Thresholds(rate, evidence, frames.Surprise(evidence), choice?.Extrapolated ?? wanted.Extrapolated, wanted.Score, robust, options.Alarm == AlarmRule.KSigma ? options.KSigma : null), choice);
    }

    /// <summary>The lowest evidence above which the data shows no more alarms than the budget allows: faults among them are alerts like the others, so nothing is left out here.
    /// Where the data is too short to have seen that rate, what its fitted tail says, if that is higher, and never less than without a budget.</summary>
    internal static (double Evidence, BudgetChoice Choice) Choose(IReadOnlyList<float[]> persistent, AlertBudget budget, double robust, TailOptions tails)
    {
        var sorted = persistent.SelectMany(r => r).Where(float.IsFinite).Order().ToArray();
        var hours = sorted.Length * tails.Cadence.TotalHours;
        var allowed = budget.PerNodeHour * hours;
        // Below the middle alarms melt into one another, and their number says nothing.
        var (low, high) = ((sorted.Length / 2) - 1, sorted.Length - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (Peaks.Find(persistent, sorted[middle], budget.MergeFrames).Count <= allowed)
                high = middle;
            else
                low = middle;
        }
        double evidence = sorted[high];
        var extrapolated = allowed < tails.FewestEpisodes;
        if (extrapolated)
            evidence = Math.Max(Math.Max(robust, evidence), TailFitter.Fit(persistent, tails with { MergeGap = budget.MergeFrames, OutlierLevel = 0 }).ThresholdFor(budget.PerNodeHour).Score);
        return (evidence, new BudgetChoice(budget.PerDay, budget.Nodes, hours, allowed, Peaks.Find(persistent, evidence, budget.MergeFrames).Count, extrapolated));
    }

    private static List<float[]> Persistent(IReadOnlyList<float[]> runs) =>
        [.. runs.Select(run => run.Select((s, t) => t == 0 ? float.NaN : Persistent(run[t - 1], s)).ToArray())];

    private static double Median(double[] sorted) => sorted.Length == 0 ? 0 : (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
}
