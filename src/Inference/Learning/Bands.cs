using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Inference.Training;

namespace Tocsin.Inference.Learning;

/// <summary>Fits the bands of values and of residuals, and scores training segments against them.</summary>
internal sealed class Bands
{
    private readonly LearnOptions _options;
    private readonly int _metrics;
    private readonly float[] _floors;

    public Bands(LearnOptions options, PreparationPlan plan, int patterns)
    {
        _options = options;
        _metrics = plan.Count;
        Patterns = patterns;
        // In standardised units; a metric that never moved has its floor as sigma, 1 here.
        _floors = [.. plan.Metrics.Select((m, i) => (float)Math.Max(options.FloorFactor * m.SigmaFloor / plan.AllNodes.Sigma[i], 1e-3))];
    }

    public int Patterns { get; }

    /// <param name="pattern">-1 = all segments.</param>
    public EnvelopeState Values(IReadOnlyList<TrainingSegment> training, int pattern) =>
        Fit([.. training.Where(t => pattern < 0 || t.PatternId == pattern + 1).Select(t => (t, t.Segment.Values))]).State;

    public EnvelopeState Residuals(IReadOnlyList<TrainingSegment> training, float[]?[] residuals, int pattern) =>
        Fit([.. training.Select((t, i) => (t, residuals[i]!)).Where(t => pattern < 0 || t.t.PatternId == pattern + 1)]).State;

    public Envelope Fit(IReadOnlyList<(TrainingSegment Segment, float[] Signal)> members) =>
        Envelope.Fit(_options.Envelope, _metrics, [.. members.Select(m => new EnvelopeRun(m.Signal, Margin(m.Segment, _options.MarginStart), Margin(m.Segment, _options.MarginEnd)))], _floors);

    /// <summary>Per frame the fused evidence; NaN within the margins.</summary>
    public float[] Score(TrainingSegment training, float[] residual, Envelope values, Envelope residuals)
    {
        var segment = training.Segment;
        var first = new EnvelopeTracker(_options.Envelope, _metrics);
        var second = new EnvelopeTracker(_options.Envelope, _metrics);
        var evidence = new float[_metrics];
        var scores = new float[segment.Frames];
        var (start, end) = (Margin(training, _options.MarginStart), segment.Frames - Margin(training, _options.MarginEnd));
        for (var t = 0; t < scores.Length; t++)
        {
            var a = first.Push(values, segment.Row(t), evidence);
            var b = second.Push(residuals, residual.AsSpan(t * _metrics, _metrics), evidence);
            scores[t] = t >= start && t < end ? Evidence.Fuse(a, b) : float.NaN;
        }
        return scores;
    }

    private static int Margin(TrainingSegment training, TimeSpan margin) =>
        Math.Min((int)Math.Ceiling(margin.TotalMilliseconds / training.Segment.Source.CadenceMs), training.Segment.Frames / 4);
}
