using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Learning;

/// <summary>One frame's score, without a word on what carries it.</summary>
/// <param name="Score">-log10 of the p-value; NaN for a segment's first frame, which has nothing before it.</param>
/// <param name="Threshold">On the same scale; NaN while none is known.</param>
/// <param name="Evidence">Fused, in standard deviations: what the alarm's rule looks at.</param>
/// <param name="Values">Evidence of the values' band alone.</param>
/// <param name="Residuals">Evidence of the model's residuals alone.</param>
/// <param name="Match">What the segment was matched to at this frame.</param>
/// <param name="Judged">The pattern by which the frame was judged, -1 = all of them: before a match what the job's name stands for.</param>
public readonly record struct FrameScore(
    long TimeMs, float Score, float Threshold, bool Alarm, float Evidence, float Values, float Residuals, SegmentMatch Match, int Judged);
