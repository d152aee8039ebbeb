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
    public static Thresholds Of(IReadOnlyList<float[]> runs, TailModel frames, LearnOptions options, TailOptions tails)
    {
        var persistent = runs.Select(run => run.Select((s, t) => t == 0 ? float.NaN : Persistent(run[t - 1], s)).ToArray()).ToList();
        var sorted = persistent.SelectMany(r => r).Where(float.IsFinite).Select(s => (double)s).Order().ToArray();
        var median = Median(sorted);
        var mad = Median([.. sorted.Select(s => Math.Abs(s - median)).Order()]);
        var robust = median + (options.RobustDeviations * NormalMad * mad);
        var wanted = TailFitter.Fit(persistent, tails).ThresholdFor(options.FalseEpisodesPerHour);
        var evidence = wanted.Extrapolated ? robust : Math.Max(robust, wanted.Score);
        return new Thresholds(options.FalseEpisodesPerHour, evidence, frames.Surprise(evidence), wanted.Extrapolated, wanted.Score, robust, options.Alarm == AlarmRule.KSigma ? options.KSigma : null);
    }

    private static double Median(double[] sorted) => sorted.Length == 0 ? 0 : (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
}
