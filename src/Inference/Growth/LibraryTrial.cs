using Tocsin.Inference.Learning;
using Tocsin.Inference.Patterns;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Growth;

/// <summary>How a library does on segments that it was not trained on.</summary>
/// <param name="Frames">Scored.</param>
/// <param name="Error">Squared, standardised, of what the judging model cannot tell: the mean over frames without the worst 5 %, since held-out segments hold
/// faults, too. NaN without a frame.</param>
/// <param name="Alarmed">Frames alarmed, were no pattern provisional.</param>
/// <param name="Raised">Frames alarmed as things are.</param>
/// <param name="Patterns">Per segment the pattern that it was matched to in the end, -1 = none.</param>
public sealed record TrialFigures(int Segments, int Frames, double Error, int Alarmed, int Raised, IReadOnlyList<int> Patterns)
{
    public int Matched => Patterns.Count(p => p >= 0);

    public double AlarmedShare => Frames == 0 ? 0 : (double)Alarmed / Frames;
}

/// <summary>Scores held-out segments by a library, as they would have been scored live. On the calling thread.</summary>
public static class LibraryTrial
{
    private const double Trimmed = 0.05;

    public static TrialFigures Run(PatternLibrary library, IReadOnlyList<Segment> segments)
    {
        var confirmed = library;
        for (var p = 0; p < library.Patterns.Patterns.Count; p++)
            confirmed = library.Patterns.Patterns[p].Provisional ? LibraryGrower.Confirm(confirmed, p) : confirmed;
        var detector = new SegmentDetector(confirmed);
        var (frames, alarmed, raised) = (0, 0, 0);
        var errors = new List<double>();
        var patterns = new int[segments.Count];
        foreach (var i in Enumerable.Range(0, segments.Count).OrderBy(i => segments[i].StartMs))
        {
            patterns[i] = -1;
            foreach (var verdict in detector.Score(segments[i]))
            {
                frames++;
                errors.Add(verdict.Plain.Mse);
                patterns[i] = verdict.Match.Pattern;
                if (!verdict.Score.Alarm)
                    continue;
                alarmed++;
                raised += library.Patterns.Patterns[verdict.Match.Pattern].Provisional ? 0 : 1;
            }
        }
        return new TrialFigures(segments.Count, frames, Mean(errors), alarmed, raised, patterns);
    }

    private static double Mean(List<double> errors)
    {
        errors.Sort();
        var kept = errors.Count - (int)(Trimmed * errors.Count);
        return kept == 0 ? double.NaN : errors.Take(kept).Average();
    }
}
