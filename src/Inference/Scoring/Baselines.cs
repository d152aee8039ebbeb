namespace Tocsin.Inference.Scoring;

/// <summary>Standardised frames of one stretch of running, for fitting.</summary>
/// <param name="Rows">Row-major (frames x metrics), no NaN.</param>
/// <param name="Pattern">-1 = unknown.</param>
public readonly record struct TrainingRows(ReadOnlyMemory<float> Rows, int Pattern);

/// <summary>What a frame scores without any model: how far it lies from the training's mean, in standard deviations.</summary>
public static class PlainZ
{
    public static float Mean(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (var z in row)
            sum += Math.Abs(z);
        return (float)(sum / row.Length);
    }

    public static float Max(ReadOnlySpan<float> row)
    {
        float most = 0;
        foreach (var z in row)
            most = Math.Max(most, Math.Abs(z));
        return most;
    }
}

/// <summary>Mean |z| of a frame against the frames of its own pattern. Immutable.</summary>
/// <param name="Means">Row-major (patterns + 1 x metrics); the last row is that of all patterns.</param>
/// <param name="Sigmas">The same, floored.</param>
public sealed record PatternZ(int Patterns, int Metrics, float[] Means, float[] Sigmas)
{
    private const double SigmaFloor = 0.05;
    private const double Outlying = 4;
    private const int FewestFrames = 20;
    private const int TrimRounds = 3;

    /// <param name="training">Pattern -1 counts for all patterns only.</param>
    /// <param name="trim">The share of frames that lie furthest off their own pattern and are left out, in three rounds of fitting: training may hold faults.</param>
    /// <remarks>Mean and deviation are taken twice, the second time without what lay beyond four deviations.
    /// A metric that stood still within a pattern is held against 0.05 of its deviation over all training; a pattern of under 20 frames against all patterns.</remarks>
    public static PatternZ Fit(IReadOnlyList<TrainingRows> training, int patterns, int metrics, double trim = 0.05)
    {
        var model = FitAll(training, patterns, metrics);
        for (var round = 0; round < TrimRounds && trim > 0; round++)
            model = FitAll(RowTrimming.WithoutStrangest(training, metrics, trim, model.Score), patterns, metrics);
        return model;
    }

    private static PatternZ FitAll(IReadOnlyList<TrainingRows> training, int patterns, int metrics)
    {
        var means = new float[(patterns + 1) * metrics];
        var sigmas = new float[means.Length];
        for (var p = patterns; p >= 0; p--)
        {
            var own = training.Where(t => p == patterns || t.Pattern == p).ToArray();
            var few = own.Sum(t => t.Rows.Length / metrics) < FewestFrames;
            for (var m = 0; m < metrics; m++)
            {
                var (mean, sigma) = few && p < patterns ? (means[patterns * metrics + m], sigmas[patterns * metrics + m]) : Moments(own, metrics, m);
                means[p * metrics + m] = (float)mean;
                sigmas[p * metrics + m] = (float)Math.Max(sigma, SigmaFloor);
            }
        }
        return new PatternZ(patterns, metrics, means, sigmas);
    }

    /// <param name="pattern">Outside of 0..patterns-1: held against all patterns.</param>
    public float Score(ReadOnlySpan<float> row, int pattern)
    {
        var at = (pattern >= 0 && pattern < Patterns ? pattern : Patterns) * Metrics;
        double sum = 0;
        for (var m = 0; m < Metrics; m++)
            sum += Math.Abs(row[m] - Means[at + m]) / Sigmas[at + m];
        return (float)(sum / Metrics);
    }

    private static (double Mean, double Sigma) Moments(TrainingRows[] training, int metrics, int metric)
    {
        double mean = 0, sigma = double.PositiveInfinity;
        for (var pass = 0; pass < 2; pass++)
        {
            double sum = 0, squares = 0;
            long count = 0;
            foreach (var block in training)
            {
                var rows = block.Rows.Span;
                for (var i = metric; i < rows.Length; i += metrics)
                {
                    var off = rows[i] - mean;
                    if (Math.Abs(off) > Outlying * sigma)
                        continue;
                    sum += off;
                    squares += off * off;
                    count++;
                }
            }
            if (count == 0)
                break;
            mean += sum / count;
            sigma = Math.Sqrt(Math.Max(0, squares / count - sum / count * (sum / count)));
        }
        return (mean, double.IsInfinity(sigma) ? 1 : sigma);
    }
}
