using Tocsin.Inference.Models;
using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Learning;

/// <summary>Scores of one frame by the plain methods that stand beside Tocsin's in every table.</summary>
/// <param name="Wmse">The model's weighted mean squared error (equation 5) alone.</param>
/// <param name="Values">Evidence of the values' band alone.</param>
/// <param name="Residuals">Evidence of the model's residuals alone.</param>
public readonly record struct PlainScores(float MeanZ, float MaxZ, float Pca, float PatternZ, float Wmse, float Values, float Residuals);

/// <param name="Match">What the segment was matched to at this frame.</param>
public sealed record FrameVerdict(NodeScore Score, SegmentMatch Match, PlainScores Plain);

/// <summary>Scores the frames of segments, in order, by one library. Causal: what comes after a frame never changes its verdict.</summary>
/// <remarks>One thread at a time; several detectors may share a library. Under the k-sigma rule a node's segments must come to one detector, in order:
/// the rule looks back over their borders.</remarks>
public sealed class SegmentDetector
{
    private const int TopMetrics = 5;

    private readonly PatternLibrary _library;
    private readonly Dictionary<ReconstructionModel, GroupResidual> _residuals = [];
    private readonly Dictionary<EnvelopeState, Envelope> _envelopes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<NodeKey, KSigmaThreshold> _nodes = [];
    private readonly string[] _names;
    private readonly float[] _residual;
    private readonly float[] _valueEvidence;
    private readonly float[] _residualEvidence;

    public SegmentDetector(PatternLibrary library)
    {
        _library = library;
        var metrics = library.Plan.Count;
        _names = [.. library.Plan.Metrics.Select(m => m.Name)];
        (_residual, _valueEvidence, _residualEvidence) = (new float[metrics], new float[metrics], new float[metrics]);
    }

    /// <exception cref="Tocsin.Shared.LibraryRefusedException">The segment's metrics are not the library's.</exception>
    public IEnumerable<FrameVerdict> Score(Segment source)
    {
        var segment = PreparedSegment.From(source, _library.Plan);
        var metrics = segment.Metrics;
        var jobName = source.Idle ? null : source.JobName;
        var matcher = new HeadMatcher(_library.Patterns, source.Idle, jobName, source.Jobs.Count == 0 ? null : source.Jobs[0].User);
        var values = new EnvelopeTracker(_library.Envelope, metrics);
        var residuals = new EnvelopeTracker(_library.Envelope, metrics);
        var expected = _library.Patterns.Expected(source.Idle, jobName);
        var before = float.NaN;
        for (var t = 0; t < segment.Frames; t++)
        {
            matcher.Push(segment.Row(t));
            var match = matcher.Current;
            // A job that is like no pattern, or not yet, is judged by what its name stands for; all patterns pooled would hide what is odd for its kind.
            var judged = match.Matched ? match.Pattern : expected;
            var model = _library.ModelFor(judged);
            ResidualsOf(model).Compute(segment, t, model.PatternId, _residual);
            var a = values.Push(EnvelopeOf(model.Values), segment.Row(t), _valueEvidence);
            var b = residuals.Push(EnvelopeOf(model.Residuals), _residual, _residualEvidence);
            var tail = _library.Calibration.For(judged);
            var evidence = Evidence.Fuse(a, b);
            // The first frame has nothing before it: rates are missing and nothing persists yet.
            var score = t == 0 ? float.NaN : (float)tail.Surprise(evidence);
            var (bound, exceeds) = Judge(source.Node, t == 0 ? float.NaN : evidence, AlarmThresholds.Persistent(before, evidence));
            var threshold = (float)tail.Surprise(bound);
            var settled = source.TimesMs[t] - source.StartMs >= _library.Settling.TotalMilliseconds;
            // What is like nothing in training is unmatched, not anomalous.
            var alarm = settled && match.Matched && exceeds;
            before = evidence;
            yield return new FrameVerdict(new NodeScore(source.TimesMs[t], score, threshold, alarm, Top()), match, Plain(segment, t, judged, model, a, b));
        }
    }

    private (double Bound, bool Exceeds) Judge(NodeKey node, float evidence, float persistent)
    {
        if (_library.Thresholds.KSigma is not { } options)
            return (_library.Thresholds.Evidence, persistent > _library.Thresholds.Evidence);
        if (!_nodes.TryGetValue(node, out var rule))
            _nodes[node] = rule = new KSigmaThreshold(options);
        var result = rule.Push(evidence);
        return (result.Threshold, result.Alarm);
    }

    private MetricShare[] Top()
    {
        float total = 0;
        for (var m = 0; m < _valueEvidence.Length; m++)
            total += _valueEvidence[m] += _residualEvidence[m];
        if (!(total > 0))
            return [];
        for (var m = 0; m < _valueEvidence.Length; m++)
            _valueEvidence[m] /= total;
        return ResidualScorer.Top(_valueEvidence, _names, TopMetrics);
    }

    private PlainScores Plain(PreparedSegment segment, int frame, int pattern, PatternModel model, float values, float residuals)
    {
        var row = segment.Row(frame);
        double wmse = 0;
        for (var m = 0; m < _residual.Length; m++)
            wmse += model.Weights[m] * _residual[m] * _residual[m];
        return new PlainScores(PlainZ.Mean(row), PlainZ.Max(row), _library.Pca.Score(row), _library.PatternZ.Score(row, pattern), (float)(wmse / _residual.Length), values, residuals);
    }

    private GroupResidual ResidualsOf(PatternModel model)
    {
        if (!_residuals.TryGetValue(model.Model, out var source))
            _residuals[model.Model] = source = new GroupResidual(new PackedModel(model.Model), _library.Groups, _library.Window);
        return source;
    }

    private Envelope EnvelopeOf(EnvelopeState state)
    {
        if (!_envelopes.TryGetValue(state, out var envelope))
            _envelopes[state] = envelope = new Envelope(_library.Envelope, _library.Plan.Count, state);
        return envelope;
    }
}
