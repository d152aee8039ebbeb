using Tocsin.Shared;

namespace Tocsin.Inference.Scoring;

/// <summary>A tail model a pattern, and one over all for patterns with too little held-out data and for frames that match none. Immutable.</summary>
/// <param name="Patterns">By pattern; null = the pooled one speaks for it.</param>
public sealed record Calibration(IReadOnlyList<TailModel?> Patterns, TailModel Pooled)
{
    /// <summary>Fewer held-out frames than this say less of a pattern's tail than all patterns together do.</summary>
    public const int FewestFrames = 120;

    public TailModel For(int pattern) => pattern >= 0 && pattern < Patterns.Count ? Patterns[pattern] ?? Pooled : Pooled;

    /// <param name="runs">Held-out stretches and the pattern that scored them; NaN = not scored.</param>
    /// <exception cref="BadDataException">Fewer than 20 scored frames in all.</exception>
    public static Calibration Fit(IReadOnlyList<(int Pattern, float[] Scores)> runs, int patterns, TailOptions options)
    {
        var own = new TailModel?[patterns];
        for (var p = 0; p < patterns; p++)
        {
            var scores = runs.Where(r => r.Pattern == p).Select(r => r.Scores).ToArray();
            if (scores.Sum(r => r.Count(float.IsFinite)) >= FewestFrames)
                own[p] = TailFitter.Fit(scores, options);
        }
        return new Calibration(own, TailFitter.Fit([.. runs.Select(r => r.Scores)], options));
    }
}
