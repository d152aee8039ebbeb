using Tocsin.Inference.Learning;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Learning;

/// <summary>One segment through a scorer, frame by frame.</summary>
internal sealed class ScorerRun
{
    private readonly Segment _segment;
    private readonly int[] _columns;
    private readonly BatchScorer _batches;
    private readonly InferenceBatch _batch = new();

    public ScorerRun(ScoringLibrary library, Segment segment, BatchScorer batches, KSigmaThreshold? rule = null, int keep = 0)
    {
        (_segment, _batches) = (segment, batches);
        _columns = library.Columns(segment.Metrics);
        Scratch = new ScorerScratch(library);
        Scorer = new SegmentScorer(library, ScoredSegment.Of(segment), rule, keep);
    }

    public SegmentScorer Scorer { get; set; }

    public ScorerScratch Scratch { get; }

    public float[] Row(int frame)
    {
        var row = new float[_columns.Length];
        ScoringLibrary.Select(_segment.Row(frame), _columns, row);
        return row;
    }

    public FrameScore Score(int frame)
    {
        Scorer.Push(Row(frame), _segment.TimesMs[frame]);
        _batch.Clear();
        _batch.Add(Scorer);
        _batches.Run(_batch);
        return Scorer.Complete(_batch.Residual(0), Scratch);
    }

    /// <summary>The library with metrics that are judged by their change: since the segment's start, and a second.</summary>
    public static ScoringLibrary Treated(KSigmaOptions? rule = null)
    {
        var of = SmallRecording.Bent(SmallRecording.Library.Value.Thresholds with { KSigma = rule }, m => m);
        var metrics = of.Plan.Metrics.Select((m, i) => i switch
        {
            0 => m with { Treatment = Treatment.SinceStart, LogPivot = 3 },
            2 => m with { Treatment = Treatment.Increase },
            _ => m,
        });
        return new ScoringLibrary(SmallRecording.With(of, of.Plan with { Metrics = [.. metrics] }));
    }
}
