namespace Tocsin.Inference.Scoring;

/// <summary>Follows one segment's signal. The envelope may change on the way: when the segment is matched, or matched anew.</summary>
public sealed class EnvelopeTracker
{
    private readonly EnvelopeScratch _scratch;
    private readonly RowRing _rows;
    private readonly RunBaseline _baseline;

    public EnvelopeTracker(EnvelopeOptions options, int metrics)
    {
        _scratch = new EnvelopeScratch(options, metrics);
        _rows = new RowRing(metrics, Math.Max(RunBaseline.Last, options.Windows.Max()));
        _baseline = new RunBaseline(metrics);
    }

    /// <param name="evidence">Per metric; overwritten.</param>
    public float Push(Envelope envelope, ReadOnlySpan<float> row, Span<float> evidence)
    {
        row.CopyTo(_rows.Next());
        return _scratch.Judge(envelope, _rows, _baseline, evidence);
    }
}

/// <summary>What judging a row needs beside the segment's own state; shared by all segments of a thread.</summary>
internal sealed class EnvelopeScratch(EnvelopeOptions options, int metrics)
{
    private readonly float[] _extrema = new float[RollingExtrema.Width(metrics, options.Windows.Count)];
    private readonly float[] _sorted = new float[metrics];

    /// <summary>The evidence of the newest row, which then enters the baseline.</summary>
    /// <param name="evidence">Per metric; overwritten.</param>
    public float Judge(Envelope envelope, RowRing rows, RunBaseline baseline, Span<float> evidence)
    {
        RollingExtrema.Of(rows, options.Windows, _extrema);
        var score = envelope.Score(_extrema, baseline, evidence, _sorted);
        baseline.Judged(rows);
        return score;
    }
}
