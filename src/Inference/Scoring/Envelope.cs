using Tocsin.Inference.Preparation;

namespace Tocsin.Inference.Scoring;

/// <param name="Windows">Lengths of the rolling extrema, in frames, 1..64 each.</param>
/// <param name="Top">Metrics whose mean is the score.</param>
/// <param name="Cap">Of one metric's evidence, in standard deviations.</param>
/// <param name="TrimmedShare">Left out at each end of the training rows: faults that nobody labelled are among them.</param>
public sealed record EnvelopeOptions(IReadOnlyList<int> Windows, int Top = 5, float Cap = 10, double TrimmedShare = 0.05)
{
    public static EnvelopeOptions Default { get; } = new([1, 3, 8]);
}

/// <summary>Where a pattern's rolling extrema lie. All arrays: for each window the maxima of all metrics, then the minima.</summary>
/// <param name="OwnMean">Of the extrema's distance from the run's own baseline.</param>
public sealed record EnvelopeState(float[] Mean, float[] Sigma, float[] OwnMean, float[] OwnSigma);

/// <summary>How far a signal left the band that is usual in a pattern, and stayed outside for a whole window.</summary>
/// <remarks>
/// A metric's evidence over a window is how far its rolling maximum lies below, or its rolling minimum above, the mean of that extremum, in its standard
/// deviations; the smaller of that against the pattern and that against the run's own first frames, since a run of another size is no fault.
/// </remarks>
public sealed class Envelope(EnvelopeOptions options, int metrics, EnvelopeState state)
{
    public EnvelopeState State => state;

    /// <param name="runs">Each a signal (frames x metrics) of one segment and how many of its first and last frames to leave out.</param>
    /// <param name="floors">Per metric the least standard deviation, in the signal's unit.</param>
    public static Envelope Fit(EnvelopeOptions options, int metrics, IReadOnlyList<EnvelopeRun> runs, ReadOnlySpan<float> floors)
    {
        var width = RollingExtrema.Width(metrics, options.Windows.Count);
        var against = new List<float[]>();
        var own = new List<float[]>();
        foreach (var run in runs)
        {
            var frames = run.Signal.Length / metrics;
            var rows = new RowRing(metrics, Math.Max(RunBaseline.Last, options.Windows.Max()));
            var baseline = new RunBaseline(metrics);
            for (var t = 0; t < frames; t++)
            {
                run.Signal.AsSpan(t * metrics, metrics).CopyTo(rows.Next());
                var extrema = new float[width];
                RollingExtrema.Of(rows, options.Windows, extrema);
                if (t >= run.SkipFirst && t < frames - run.SkipLast)
                {
                    against.Add(extrema);
                    if (baseline.Known)
                        own.Add(Less(extrema, baseline.Median, metrics));
                }
                baseline.Judged(rows);
            }
        }
        var (mean, sigma) = Moments(against, width, metrics, floors, options.TrimmedShare);
        var (ownMean, ownSigma) = Moments(own, width, metrics, floors, options.TrimmedShare);
        return new Envelope(options, metrics, new EnvelopeState(mean, sigma, ownMean, ownSigma));
    }

    /// <param name="extrema">From <see cref="RollingExtrema"/>.</param>
    /// <param name="own">Null before the run's own baseline is known.</param>
    /// <param name="evidence">Per metric, summed over the windows: what carries the score.</param>
    /// <returns>Mean over the windows of the mean of the top metrics' evidence, 0..Cap.</returns>
    internal float Score(ReadOnlySpan<float> extrema, RunBaseline baseline, Span<float> evidence, Span<float> scratch)
    {
        evidence.Clear();
        double total = 0;
        for (var w = 0; w < options.Windows.Count; w++)
        {
            var at = 2 * w * metrics;
            for (var m = 0; m < metrics; m++)
            {
                var below = Beyond(at + m, -1, extrema[at + m], baseline, m);
                var above = Beyond(at + metrics + m, 1, extrema[at + metrics + m], baseline, m);
                scratch[m] = Math.Clamp(Math.Max(below, above), 0, options.Cap);
                evidence[m] += scratch[m];
            }
            scratch[..metrics].Sort();
            var top = Math.Min(options.Top, metrics);
            double sum = 0;
            for (var i = metrics - top; i < metrics; i++)
                sum += scratch[i];
            total += sum / top;
        }
        return (float)(total / options.Windows.Count);
    }

    private float Beyond(int at, int sign, float value, RunBaseline baseline, int metric)
    {
        var pattern = sign * (value - state.Mean[at]) / state.Sigma[at];
        if (!baseline.Known || float.IsNaN(state.OwnMean[at]))
            return pattern;
        var own = sign * (value - baseline.Median[metric] - state.OwnMean[at]) / state.OwnSigma[at];
        return Math.Min(pattern, own);
    }

    private static float[] Less(float[] extrema, ReadOnlySpan<float> baseline, int metrics)
    {
        var result = new float[extrema.Length];
        for (var i = 0; i < extrema.Length; i++)
            result[i] = extrema[i] - baseline[i % metrics];
        return result;
    }

    private static (float[] Mean, float[] Sigma) Moments(List<float[]> rows, int width, int metrics, ReadOnlySpan<float> floors, double trimmed)
    {
        var mean = new float[width];
        var sigma = new float[width];
        var column = new float[rows.Count];
        for (var i = 0; i < width; i++)
        {
            for (var r = 0; r < column.Length; r++)
                column[r] = rows[r][i];
            var (average, deviation) = TrimmedMoments.Of(column, trimmed);
            mean[i] = (float)average;
            sigma[i] = (float)Math.Max(double.IsNaN(deviation) ? 0 : deviation, floors[i % metrics]);
        }
        return (mean, sigma);
    }
}

/// <param name="Signal">Row-major (frames x metrics).</param>
public sealed record EnvelopeRun(float[] Signal, int SkipFirst, int SkipLast);
