using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Learning;

/// <summary>A scorer between two frames, as plain data. What can be computed again from it is not in it.</summary>
/// <remarks>Of a matched segment of 100 metrics and a window of 20 frames: 8,000 bytes of values, 3,200 of residuals, 1,200 of medians and held values.</remarks>
/// <param name="FirstMs">Time of the segment's first frame.</param>
/// <param name="Frames">Since the segment's start.</param>
/// <param name="Before">The preparer before the first of the kept frames.</param>
/// <param name="TimesMs">Of the kept frames, oldest first.</param>
/// <param name="Ticks">Of the kept frames.</param>
/// <param name="Raw">The kept frames in the plan's order (frames x metrics), NaN = missing.</param>
/// <param name="Residuals">The last rows of residuals, oldest first; of a young run all of them.</param>
/// <param name="ValueMedian">The run's own size; empty as long as it can be made from the kept rows.</param>
/// <param name="ResidualMedian">The same of the residuals.</param>
/// <param name="HeadFrames">Frames that the matcher has taken; its head itself is kept apart.</param>
/// <param name="Evidence">Of the last frame; NaN before there was one.</param>
public sealed record SegmentScorerState(
    long FirstMs, int Frames, PreparerState Before, long[] TimesMs, int[] Ticks, float[] Raw, float[] Residuals,
    float[] ValueMedian, float[] ResidualMedian, SegmentMatch Match, int HeadFrames, float Evidence)
{
    public IEnumerable<(long TimeMs, float[] Row)> KeptFrames(int metrics) =>
        TimesMs.Select((timeMs, i) => (timeMs, Raw[(i * metrics)..((i + 1) * metrics)]));

    /// <exception cref="ArgumentException">The state is another library's, or not one.</exception>
    internal void Check(ScoringLibrary library)
    {
        var (metrics, kept) = (library.Metrics, TimesMs.Length);
        var medians = Frames < RunBaseline.Last ? 0 : metrics;
        if (Frames < kept || Ticks.Length != kept || Raw.Length != kept * metrics || Residuals.Length % metrics != 0 || Residuals.Length / metrics > Frames
            || ValueMedian.Length != medians || ResidualMedian.Length != medians
            || HeadFrames < 0 || HeadFrames > Frames || Match.Pattern >= library.Library.Models.Count)
        {
            throw new ArgumentException(
                $"not the state of a scorer of {metrics} metrics: frames {Frames}, kept {kept}, values {Raw.Length}, residuals {Residuals.Length}, medians {ValueMedian.Length}", nameof(library));
        }
    }
}
