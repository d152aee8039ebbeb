using Tocsin.Inference.Scoring;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Learning;

/// <summary>Scores of one frame by the plain methods that stand beside Tocsin's in every table.</summary>
/// <param name="Wmse">The model's weighted mean squared error (equation 5) alone.</param>
/// <param name="Values">Evidence of the values' band alone.</param>
/// <param name="Residuals">Evidence of the model's residuals alone.</param>
/// <param name="Mse">The model's squared error with all metrics weighing the same: two libraries are compared by it.</param>
public readonly record struct PlainScores(float MeanZ, float MaxZ, float Pca, float PatternZ, float Wmse, float Values, float Residuals, float Mse);

/// <param name="Match">What the segment was matched to at this frame.</param>
public sealed record FrameVerdict(NodeScore Score, SegmentMatch Match, PlainScores Plain);

/// <summary>Scores the frames of whole segments, in order, by one library. Causal: what comes after a frame never changes its verdict.</summary>
/// <remarks>One thread at a time; several detectors may share a library. Under the k-sigma rule a node's segments must come to one detector, in order:
/// the rule looks back over their borders.</remarks>
public sealed class SegmentDetector
{
    private const int TopMetrics = 5;

    private readonly ScoringLibrary _library;
    private readonly ScorerScratch _scratch;
    private readonly GroupResidual _source;
    private readonly Dictionary<NodeKey, KSigmaThreshold> _nodes = [];
    private readonly float[] _residual;

    public SegmentDetector(PatternLibrary library) : this(new ScoringLibrary(library))
    {
    }

    public SegmentDetector(ScoringLibrary library)
    {
        _library = library;
        _scratch = new ScorerScratch(library);
        _source = new GroupResidual(library.JudgeOf(-1).Packed, library.Library.Groups, library.Library.Window);
        _residual = new float[library.Metrics];
    }

    /// <exception cref="LibraryRefusedException">The segment's metrics are not the library's.</exception>
    public IEnumerable<FrameVerdict> Score(Segment source)
    {
        var columns = _library.Columns(source.Metrics);
        var row = new float[columns.Length];
        var scorer = new SegmentScorer(_library, ScoredSegment.Of(source), RuleOf(source.Node));
        for (var t = 0; t < source.Frames; t++)
        {
            ScoringLibrary.Select(source.Row(t), columns, row);
            scorer.Push(row, source.TimesMs[t]);
            _source.Compute(scorer, _residual);
            var frame = scorer.Complete(_residual, _scratch);
            var top = FrameEvidence.Top(scorer, TopMetrics, _scratch);
            yield return new FrameVerdict(new NodeScore(frame.TimeMs, frame.Score, frame.Threshold, frame.Alarm, top), frame.Match, Plain(scorer, frame));
        }
    }

    private KSigmaThreshold? RuleOf(NodeKey node)
    {
        if (_library.Library.Thresholds.KSigma is not { } options)
            return null;
        if (!_nodes.TryGetValue(node, out var rule))
            _nodes[node] = rule = new KSigmaThreshold(options);
        return rule;
    }

    private PlainScores Plain(SegmentScorer scorer, FrameScore frame)
    {
        var row = scorer.Rows.Values.Back(0);
        var weights = scorer.Judge.Model.Weights;
        var of = _library.Library;
        double wmse = 0, mse = 0;
        for (var m = 0; m < _residual.Length; m++)
        {
            wmse += weights[m] * _residual[m] * _residual[m];
            mse += _residual[m] * _residual[m];
        }
        return new PlainScores(
            PlainZ.Mean(row), PlainZ.Max(row), of.Pca.Score(row), of.PatternZ.Score(row, frame.Judged), (float)(wmse / _residual.Length), frame.Values, frame.Residuals,
            (float)(mse / _residual.Length));
    }
}
