using Tocsin.Inference.Scoring;

namespace Tocsin.Inference.Learning;

/// <summary>What a frame was and what the model took it for, small enough to be kept for a picture.</summary>
public static class FrameSketch
{
    /// <summary>Of the frame that was completed last. Standardised, in the plan's order; half floats keep 3 digits.</summary>
    /// <param name="residual">That it was completed with.</param>
    /// <param name="values">NaN = missing. Not clipped, as the model's input is: a picture is to show how far off it was.</param>
    /// <param name="expected">The model's reconstruction from everything but the metric's own group; NaN where the value is missing.</param>
    /// <returns>The band of what the judging model cannot tell.</returns>
    public static EnvelopeState Write(SegmentScorer scorer, ReadOnlySpan<float> residual, Span<Half> values, Span<Half> expected)
    {
        var seen = scorer.Rows.Values.Back(0);
        for (var m = 0; m < seen.Length; m++)
        {
            var missing = scorer.Rows.IsMissing(m);
            values[m] = missing ? Half.NaN : Short(scorer.Rows.Held(m));
            expected[m] = missing ? Half.NaN : Short(seen[m] - residual[m]);
        }
        return scorer.Judge.Residuals.State;
    }

    private static Half Short(float value) => (Half)Math.Clamp(value, -60_000, 60_000);
}
