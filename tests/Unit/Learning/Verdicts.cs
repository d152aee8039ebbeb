using Tocsin.Inference.Learning;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Learning;

/// <summary>All that a verdict says, so that equal lines are equal bits.</summary>
internal static class Verdicts
{
    public static List<string> Lines(PatternLibrary library, Segment segment) => Lines(new SegmentDetector(library), segment);

    public static List<string> Lines(SegmentDetector detector, Segment segment) => [.. detector.Score(segment).Select(Line)];

    private static string Line(FrameVerdict verdict)
    {
        var (score, match, plain) = (verdict.Score, verdict.Match, verdict.Plain);
        var top = string.Join(' ', score.Top.Select(t => $"{t.Metric}={Bits(t.Share)}"));
        float[] numbers = [score.Score, score.Threshold, match.Distance, match.Confidence, plain.MeanZ, plain.MaxZ, plain.Pca, plain.PatternZ, plain.Wmse, plain.Values, plain.Residuals];
        return $"{score.TimeMs} {score.Alarm} {match.Pattern} {match.Nearest} {match.HeadFrames} {string.Join(' ', numbers.Select(Bits))} {top}";
    }

    private static string Bits(float value) => BitConverter.SingleToInt32Bits(value).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
}
