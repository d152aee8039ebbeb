namespace Tocsin.Shared.Flow;

/// <summary>Stage 6: the verdict on one frame.</summary>
/// <param name="Score">Higher is stranger; NaN = not scored (the first frame of a segment).</param>
/// <param name="Threshold">What <paramref name="Score"/> was held against; NaN while none is known.</param>
/// <param name="Top">The metrics that carry the score, largest share first.</param>
public sealed record NodeScore(long TimeMs, float Score, float Threshold, bool Alarm, IReadOnlyList<MetricShare> Top);

/// <param name="Share">Of the score, 0..1.</param>
public readonly record struct MetricShare(string Metric, float Share);
