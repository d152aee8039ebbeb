namespace Tocsin.Inference.Scoring;

/// <summary>A <see cref="PcaResidual"/> a pattern: how the metrics of this kind of job move together. Immutable.</summary>
/// <param name="Patterns">Null where a pattern had too few frames: all of training speaks for it.</param>
public sealed record PatternPca(IReadOnlyList<PcaResidual?> Patterns, PcaResidual All)
{
    public static PatternPca Fit(IReadOnlyList<TrainingRows> training, int patterns, int metrics, double trim = 0.05)
    {
        var own = new PcaResidual?[patterns];
        for (var p = 0; p < patterns; p++)
        {
            var rows = training.Where(t => t.Pattern == p).ToArray();
            // Fewer frames than metrics span no plane that means anything.
            if (rows.Sum(t => t.Rows.Length / metrics) >= metrics)
                own[p] = PcaResidual.Fit(rows, metrics, trim: trim);
        }
        return new PatternPca(own, PcaResidual.Fit(training, metrics, trim: trim));
    }

    /// <param name="pattern">Outside of the patterns: held against all of training.</param>
    public float Score(ReadOnlySpan<float> row, int pattern) =>
        (pattern >= 0 && pattern < Patterns.Count ? Patterns[pattern] ?? All : All).Score(row);
}
