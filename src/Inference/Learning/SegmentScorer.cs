using Tocsin.Inference.Patterns;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Learning;

/// <summary>Scores one segment frame by frame, in two steps, so that the windows of many nodes can be computed together:
/// <see cref="Push"/>, then <see cref="Complete"/> with what the model could not tell. Causal, and the same to the bit after a restore.</summary>
/// <remarks>One thread at a time. Between the two steps nothing in it changes, so that another thread may read its window meanwhile;
/// pushing again before completing is refused.</remarks>
public sealed class SegmentScorer
{
    private readonly ScoringLibrary _library;
    private readonly KSigmaThreshold? _rule;
    private readonly HeadMatcher _matcher;
    private readonly PreparedRows _rows;
    private readonly RowRing _residuals;
    private readonly int _expected;
    private RunBaseline _valueBaseline;
    private RunBaseline _residualBaseline;
    private float _evidence = float.NaN;

    /// <param name="rule">The node's own, where the library asks for it: it looks back over the borders of segments.</param>
    /// <param name="keep">Frames of which the raw values are kept at least; what the window needs is kept in any case.</param>
    /// <param name="head">Null, or where the segment's frames are read when a match is due, so many of them from the first on, as they were pushed, the one that is
    /// being pushed among them; null where they are not there any more. Without it they are held.</param>
    public SegmentScorer(ScoringLibrary library, ScoredSegment segment, KSigmaThreshold? rule = null, int keep = 0, Func<int, IReadOnlyList<(long TimeMs, float[] Row)>?>? head = null)
        : this(library, segment, rule, keep, head, null)
    {
    }

    private SegmentScorer(
        ScoringLibrary library, ScoredSegment segment, KSigmaThreshold? rule, int keep, Func<int, IReadOnlyList<(long TimeMs, float[] Row)>?>? head, PreparerState? before)
    {
        var of = library.Library;
        if (of.Thresholds.KSigma is not null != rule is not null)
            throw new ArgumentException("a k-sigma rule is given exactly where the library asks for one", nameof(rule));
        (_library, Segment, _rule) = (library, segment, rule);
        _matcher = new HeadMatcher(
            of.Patterns, segment.Idle, segment.JobName, segment.User, head is null ? null : (frames, into) => PreparedRows.TryFill(library, segment, head(frames), into));
        _expected = of.Patterns.Expected(segment.Idle, segment.JobName);
        var longest = Math.Max(RunBaseline.Last, of.Envelope.Windows.Max());
        var rows = Math.Max(of.Window, longest);
        _rows = new PreparedRows(library, segment, rows, Math.Max(rows, keep), before);
        _residuals = new RowRing(library.Metrics, longest);
        (_valueBaseline, _residualBaseline) = (new RunBaseline(library.Metrics), new RunBaseline(library.Metrics));
    }

    public ScoredSegment Segment { get; }

    public ScoringLibrary Library => _library;

    /// <summary>Frames since the segment's start, one that is not completed among them.</summary>
    public int Frames => _rows.Values.Total;

    /// <summary>A frame was pushed and waits for its residual.</summary>
    public bool Pending { get; private set; }

    public SegmentMatch Match => _matcher.Current;

    /// <summary>False once the match is final: later frames need not be kept for it.</summary>
    public bool CollectsHead => _matcher.Collects;

    /// <summary>The pattern by which the newest frame is judged, -1 = all of them.</summary>
    /// <remarks>A job that is like no pattern, or not yet, is judged by what its name stands for; all patterns pooled would hide what is odd for its kind.</remarks>
    public int Judged => Match.Matched ? Match.Pattern : _expected;

    /// <summary>The kept frames, oldest first: unix milliseconds and values in the plan's order.</summary>
    public IEnumerable<(long TimeMs, float[] Row)> Recent => _rows.Kept.All();

    /// <summary>How many frames <see cref="Recent"/> holds.</summary>
    public int Kept => _rows.Kept.Count;

    /// <summary>The kept frame that the next one takes the place of; null as long as there is room.</summary>
    public (long TimeMs, float[] Row)? Leaving => _rows.Kept.IsFull ? (_rows.Kept.TimeMs(Kept - 1), _rows.Kept.Row(Kept - 1).ToArray()) : null;

    internal PatternJudge Judge => _library.JudgeOf(Judged);

    internal PreparedRows Rows => _rows;

    internal RunBaseline ValueBaseline => _valueBaseline;

    internal RowRing Residuals => _residuals;

    /// <summary>Takes the next frame in and asks for its window.</summary>
    /// <param name="row">In the plan's order (<see cref="ScoringLibrary.Select"/>), NaN = missing.</param>
    /// <param name="timeMs">Later than that of the frame before.</param>
    public void Push(ReadOnlySpan<float> row, long timeMs)
    {
        if (Pending)
            throw Waits();
        _matcher.Push(_rows.Push(row, timeMs));
        Pending = true;
    }

    /// <summary>The verdict on the frame that was pushed last.</summary>
    /// <param name="residual">From <see cref="BatchScorer"/>: per metric value - reconstruction, standardised; 0 where the value is missing.</param>
    public FrameScore Complete(ReadOnlySpan<float> residual, ScorerScratch scratch)
    {
        if (!Pending)
            throw new InvalidOperationException($"no frame of {Segment.Node} waits for a residual");
        var judge = Judge;
        var values = scratch.Envelope.Judge(judge.Values, _rows.Values, _valueBaseline, scratch.Values);
        residual.CopyTo(_residuals.Next());
        var residuals = scratch.Envelope.Judge(judge.Residuals, _residuals, _residualBaseline, scratch.Residuals);
        if (_residuals.Total == RunBaseline.Last)
            _residuals.Shrink(_library.Library.Envelope.Windows.Max());
        scratch.Last = this;
        Pending = false;
        return Verdict(judge, Evidence.Fuse(values, residuals), values, residuals);
    }

    /// <summary>Everything but the matcher's head, which grows with each frame and is kept apart, and the node's rule.</summary>
    /// <exception cref="InvalidOperationException">A frame waits for its residual.</exception>
    public SegmentScorerState State
    {
        get
        {
            if (Pending)
                throw Waits();
            var kept = _rows.Kept;
            var young = Frames < RunBaseline.Last;
            return new SegmentScorerState(
                kept.FirstMs, Frames, kept.Before, kept.TimesMs(), kept.Ticks(), kept.Raw(), _residuals.ToArray(),
                young ? [] : _valueBaseline.Median.ToArray(), young ? [] : _residualBaseline.Median.ToArray(), Match, _matcher.Frames, _evidence);
        }
    }

    /// <summary>Goes on where <see cref="State"/> was taken; all later scores are the same to the bit.</summary>
    /// <param name="head">The segment's frames from its first one on as they were pushed, at least as many as the matcher had taken. Where they
    /// are fewer, and not among the kept ones, the match that there is stays.</param>
    /// <exception cref="ArgumentException">The state is another library's, or not one.</exception>
    public static SegmentScorer Restore(
        ScoringLibrary library, ScoredSegment segment, SegmentScorerState state, IReadOnlyList<(long TimeMs, float[] Row)> head, KSigmaThreshold? rule = null, int keep = 0)
    {
        state.Check(library);
        var scorer = new SegmentScorer(library, segment, rule, keep, null, state.Before);
        scorer.Restore(state, head);
        return scorer;
    }

    /// <summary>The same, where the head is read when a match is due.</summary>
    public static SegmentScorer Restore(
        ScoringLibrary library, ScoredSegment segment, SegmentScorerState state, Func<int, IReadOnlyList<(long TimeMs, float[] Row)>?> head, KSigmaThreshold? rule, int keep)
    {
        state.Check(library);
        var scorer = new SegmentScorer(library, segment, rule, keep, head, state.Before);
        scorer.Restore(state, []);
        return scorer;
    }

    private void Restore(SegmentScorerState state, IReadOnlyList<(long TimeMs, float[] Row)> head)
    {
        _rows.Restore(state);
        if (state.Frames >= RunBaseline.Last)
        {
            _residuals.Shrink(_library.Library.Envelope.Windows.Max());
            (_valueBaseline, _residualBaseline) = (new RunBaseline(_library.Metrics, state.ValueMedian), new RunBaseline(_library.Metrics, state.ResidualMedian));
        }
        _residuals.Restore(state.Frames, state.Residuals);
        if (state.Frames is > 0 and < RunBaseline.Last)
        {
            _valueBaseline.Judged(_rows.Values);
            _residualBaseline.Judged(_residuals);
        }
        _evidence = state.Evidence;
        if (head.Count < state.HeadFrames && state.Frames == state.TimesMs.Length)
            head = [.. state.KeptFrames(_library.Metrics)];
        _matcher.Restore(state.Match, state.HeadFrames, PreparedRows.Head(_library, Segment, head));
    }

    private FrameScore Verdict(PatternJudge judge, float evidence, float values, float residuals)
    {
        var first = Frames == 1;
        // The first frame has nothing before it: rates are missing and nothing persists yet.
        var score = first ? float.NaN : (float)judge.Tail.Surprise(evidence);
        var (bound, exceeds) = Exceeds(first ? float.NaN : evidence, AlarmThresholds.Persistent(_evidence, evidence));
        var timeMs = _rows.Kept.LastMs;
        var settled = timeMs - Segment.StartMs >= _library.Library.Settling.TotalMilliseconds;
        _evidence = evidence;
        // What is like nothing in training is unmatched, not anomalous; and what a pattern that nobody confirmed calls strange is nothing to wake anyone for.
        var alarm = settled && Match.Matched && !_library.Library.Patterns.Patterns[Match.Pattern].Provisional && exceeds;
        return new FrameScore(timeMs, score, (float)judge.Tail.Surprise(bound), alarm, evidence, values, residuals, Match, Judged);
    }

    private (double Bound, bool Exceeds) Exceeds(float evidence, float persistent)
    {
        if (_rule is null)
            return (_library.Library.Thresholds.Evidence, persistent > _library.Library.Thresholds.Evidence);
        var result = _rule.Push(evidence);
        return (result.Threshold, result.Alarm);
    }

    private InvalidOperationException Waits() => new($"the frame of {Segment.Node} at {_rows.Kept.LastMs} waits for its residual");
}
