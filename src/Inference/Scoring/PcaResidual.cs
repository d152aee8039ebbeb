namespace Tocsin.Inference.Scoring;

/// <summary>What of a frame lies outside the directions that explain 95 % of training's variance. Immutable.</summary>
/// <param name="Mean">Per metric.</param>
/// <param name="Directions">Row-major (components x metrics), orthonormal.</param>
/// <param name="Variance">Per metric the mean squared residual over training, at least the metrics' mean: what is explained almost wholly would outshout the rest.</param>
public sealed record PcaResidual(double[] Mean, double[] Directions, double[] Variance)
{
    private const int MostRows = 20_000;
    private const int TrimRounds = 3;

    public int Metrics => Mean.Length;

    public int Components => Directions.Length / Mean.Length;

    /// <param name="explained">The fewest components that explain more than this share are kept, as scikit-learn's PCA(0.95) does.</param>
    /// <param name="trim">The share of frames with the largest residuals that is left out, in three rounds of fitting: training may hold faults.</param>
    /// <remarks>Of more than 20,000 rows every n-th is taken. Covariances are sums of doubles.</remarks>
    public static PcaResidual Fit(IReadOnlyList<TrainingRows> training, int metrics, double explained = 0.95, double trim = 0)
    {
        var model = FitAll(training, metrics, explained);
        for (var round = 0; round < TrimRounds && trim > 0; round++)
        {
            var last = model;
            model = FitAll(RowTrimming.WithoutStrangest(training, metrics, trim, (row, _) => last.Score(row)), metrics, explained);
        }
        return model;
    }

    private static PcaResidual FitAll(IReadOnlyList<TrainingRows> training, int metrics, double explained)
    {
        var total = training.Sum(t => (long)t.Rows.Length / metrics);
        if (total == 0)
            throw new ArgumentException("no training rows", nameof(training));
        var stride = (int)Math.Max(1, (total + MostRows - 1) / MostRows);
        var rows = Thinned(training, metrics, stride);
        var count = rows.Count;
        var mean = new double[metrics];
        foreach (var row in rows)
        {
            for (var m = 0; m < metrics; m++)
                mean[m] += row.Span[m] / (double)count;
        }
        var covariance = new double[metrics * metrics];
        var centred = new double[metrics];
        foreach (var row in rows)
        {
            for (var m = 0; m < metrics; m++)
                centred[m] = row.Span[m] - mean[m];
            for (var i = 0; i < metrics; i++)
            {
                var x = centred[i];
                var into = covariance.AsSpan(i * metrics, metrics);
                for (var j = i; j < metrics; j++)
                    into[j] += x * centred[j];
            }
        }
        for (var i = 0; i < metrics; i++)
        {
            for (var j = 0; j < i; j++)
                covariance[i * metrics + j] = covariance[j * metrics + i];
        }
        var (values, vectors) = SymmetricEigen.Solve(covariance, metrics);
        var whole = values.Sum(v => Math.Max(0, v));
        var kept = 0;
        double sum = 0;
        while (kept < metrics && whole > 0 && sum <= explained * whole)
            sum += Math.Max(0, values[kept++]);
        var model = new PcaResidual(mean, vectors[..(kept * metrics)], new double[metrics]);
        return model with { Variance = model.VarianceOver(rows) };
    }

    /// <summary>Per metric, in standardised units.</summary>
    public void Residual(ReadOnlySpan<float> row, Span<double> residual)
    {
        for (var m = 0; m < Metrics; m++)
            residual[m] = row[m] - Mean[m];
        // The directions are orthonormal: taking one out leaves what lies along the others.
        for (var k = 0; k < Components; k++)
        {
            var direction = Directions.AsSpan(k * Metrics, Metrics);
            double along = 0;
            for (var m = 0; m < Metrics; m++)
                along += direction[m] * residual[m];
            for (var m = 0; m < Metrics; m++)
                residual[m] -= along * direction[m];
        }
    }

    /// <summary>Mean over metrics of the squared residual over its variance in training.</summary>
    public float Score(ReadOnlySpan<float> row)
    {
        Span<double> residual = Metrics <= 1024 ? stackalloc double[Metrics] : new double[Metrics];
        Residual(row, residual);
        double sum = 0;
        for (var m = 0; m < Metrics; m++)
            sum += residual[m] * residual[m] / Variance[m];
        return (float)(sum / Metrics);
    }

    private double[] VarianceOver(List<ReadOnlyMemory<float>> rows)
    {
        var variance = new double[Metrics];
        var residual = new double[Metrics];
        foreach (var row in rows)
        {
            Residual(row.Span, residual);
            for (var m = 0; m < Metrics; m++)
                variance[m] += residual[m] * residual[m] / rows.Count;
        }
        var floor = Math.Max(variance.Average(), 1e-9);
        return [.. variance.Select(v => Math.Max(v, floor))];
    }

    private static List<ReadOnlyMemory<float>> Thinned(IReadOnlyList<TrainingRows> training, int metrics, int stride)
    {
        var rows = new List<ReadOnlyMemory<float>>();
        long at = 0;
        foreach (var block in training)
        {
            for (var i = 0; i + metrics <= block.Rows.Length; i += metrics)
            {
                if (at++ % stride == 0)
                    rows.Add(block.Rows.Slice(i, metrics));
            }
        }
        return rows;
    }
}
