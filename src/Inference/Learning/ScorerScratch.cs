using Tocsin.Inference.Scoring;

namespace Tocsin.Inference.Learning;

/// <summary>What completing a frame needs beside a segment's own state; one a thread, for all segments of a library.</summary>
public sealed class ScorerScratch(ScoringLibrary library)
{
    internal EnvelopeScratch Envelope { get; } = new(library.Library.Envelope, library.Metrics);

    /// <summary>Per metric, of the frame that was completed last; together with the other it says what carries its score.</summary>
    internal float[] Values { get; } = new float[library.Metrics];

    internal float[] Residuals { get; } = new float[library.Metrics];

    internal SegmentScorer? Last { get; set; }
}
