using Tocsin.Inference.Evaluation;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Scoring;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Benches;

/// <summary>One library's segments, scored in every way that is compared.</summary>
internal sealed class ScoreFold
{
    public const string Values = "rolling evidence on values";
    public const string Residuals = "rolling evidence on residuals";
    public const string Fused = "rolling evidence, mean of both";
    public const string OwnAlarm = "alarm: robust bound, 2 of 2";

    public static readonly string[] Own = [Values, Residuals, Fused];

    private readonly PatternLibrary _library;
    private readonly SegmentDetector _detector;
    private readonly ResidualViews? _views;
    private readonly Dictionary<string, KSigmaThreshold> _published = [];
    private readonly Dictionary<string, KSigmaThreshold> _frozen = [];

    /// <param name="training">Empty: only Tocsin's own scores are made.</param>
    public ScoreFold(PatternLibrary library, LearnOptions options, IReadOnlyList<Segment> training)
    {
        _library = library;
        _detector = new SegmentDetector(library);
        _views = training.Count == 0 ? null : new ResidualViews(library, options, training);
    }

    public ScoreSegment Score(Segment segment)
    {
        var verdicts = _detector.Score(segment).ToList();
        var columns = new Dictionary<string, double[]>(StringComparer.Ordinal);
        double[] Column(string name) => columns.TryGetValue(name, out var c) ? c : columns[name] = new double[segment.Frames];
        var published = Of(_published, segment.Node.Name, new KSigmaOptions());
        var frozen = Of(_frozen, segment.Node.Name, new KSigmaOptions { K = 6, SigmaFloor = 0.2, M = 2, N = 2 });
        var before = float.NaN;
        for (var t = 0; t < verdicts.Count; t++)
        {
            var (plain, match) = (verdicts[t].Plain, verdicts[t].Match);
            var fused = Evidence.Fuse(plain.Values, plain.Residuals);
            (Column(Values)[t], Column(Residuals)[t], Column(Fused)[t]) = (plain.Values, plain.Residuals, fused);
            Column("rolling evidence, the larger of both")[t] = Math.Max(plain.Values, plain.Residuals);
            Column("WMSE (equation 5)")[t] = plain.Wmse;
            Column("mean |z|")[t] = plain.MeanZ;
            Column("max |z|")[t] = plain.MaxZ;
            Column("PCA residual")[t] = plain.Pca;
            Column("pattern-aware |z|")[t] = plain.PatternZ;
            var may = match.Matched && segment.TimesMs[t] - segment.StartMs >= _library.Settling.TotalMilliseconds;
            var both = AlarmThresholds.Persistent(before, fused);
            before = fused;
            Column(OwnAlarm)[t] = Flag(may && both > _library.Thresholds.Robust);
            Column("alarm: fitted tail, 2 of 2")[t] = Flag(may && both > _library.Thresholds.Calibrated);
            Column("alarm: k-sigma, k = 3, 60 frames, 1 of 1")[t] = Flag(published.Push(fused).Alarm && may);
            Column("alarm: k-sigma, k = 6, floor 0.2, 2 of 2")[t] = Flag(frozen.Push(fused).Alarm && may);
        }
        _views?.Add(segment, verdicts, Column);
        return new ScoreSegment
        {
            Node = segment.Node.Name,
            Job = segment.JobId,
            TimesMs = segment.TimesMs,
            Scores = columns[Fused],
            Thresholds = [.. verdicts.Select(_ => (double)_library.Thresholds.Evidence)],
            Alarms = [.. verdicts.Select(v => v.Score.Alarm)],
            Labels = [.. segment.Labels!.Select(l => (sbyte)l)],
            Extra = [.. columns.Select(c => new ScoreColumn(c.Key, c.Value))],
        };
    }

    private static double Flag(bool alarm) => alarm ? 1 : 0;

    private static KSigmaThreshold Of(Dictionary<string, KSigmaThreshold> nodes, string node, KSigmaOptions options) =>
        nodes.TryGetValue(node, out var threshold) ? threshold : nodes[node] = new KSigmaThreshold(options);
}
