using Tocsin.Inference.Scoring;
using Tocsin.Shared.Flow;

namespace Tocsin.Inference.Learning;

/// <summary>What carries the score of the frame that was completed last.</summary>
public static class FrameEvidence
{
    /// <summary>Largest share first.</summary>
    /// <exception cref="InvalidOperationException">Another segment was completed with this scratch since.</exception>
    public static MetricShare[] Top(SegmentScorer scorer, int most, ScorerScratch scratch)
    {
        Span<float> shares = stackalloc float[scorer.Library.Metrics];
        return Shares(scorer, scratch, shares) ? ResidualScorer.Top(shares, scorer.Library.Names, most) : [];
    }

    /// <summary>The same with what was seen and what was expected, in each metric's own unit.</summary>
    public static MetricEvidence[] Explain(SegmentScorer scorer, int most, ScorerScratch scratch)
    {
        var top = Top(scorer, most, scratch);
        var evidence = new MetricEvidence[top.Length];
        for (var i = 0; i < top.Length; i++)
            evidence[i] = Explain(scorer, Array.IndexOf(scorer.Library.Names, top[i].Metric), top[i].Share, scratch);
        return evidence;
    }

    private static MetricEvidence Explain(SegmentScorer scorer, int metric, float share, ScorerScratch scratch)
    {
        var (expected, spread) = scratch.Residuals[metric] > scratch.Values[metric] ? ByOthers(scorer, metric) : ByPattern(scorer, metric);
        var rows = scorer.Rows;
        var plan = scorer.Library.Library.Plan.Metrics[metric];
        var deviation = Math.Abs(rows.InUnit(metric, expected + spread) - rows.InUnit(metric, expected - spread)) / 2;
        return new MetricEvidence(plan.Name, plan.Unit, share, rows.Newest(metric), rows.InUnit(metric, expected), deviation, null);
    }

    private static (float Expected, float Spread) ByOthers(SegmentScorer scorer, int metric) =>
        (scorer.Rows.Values.Back(0)[metric] - scorer.Residuals.Back(0)[metric], scorer.Judge.Residuals.State.Sigma[metric]);

    /// <summary>Of the two bands that which the value lies nearer to: the evidence is the lesser of both.</summary>
    private static (float Expected, float Spread) ByPattern(SegmentScorer scorer, int metric)
    {
        var band = scorer.Judge.Values.State;
        var pattern = (band.Mean[metric], band.Sigma[metric]);
        if (!scorer.ValueBaseline.Known || float.IsNaN(band.OwnMean[metric]))
            return pattern;
        var own = (scorer.ValueBaseline.Median[metric] + band.OwnMean[metric], band.OwnSigma[metric]);
        var value = scorer.Rows.Values.Back(0)[metric];
        return Off(value, own) < Off(value, pattern) ? own : pattern;
    }

    private static float Off(float value, (float Expected, float Spread) band) => Math.Abs(value - band.Expected) / band.Spread;

    private static bool Shares(SegmentScorer scorer, ScorerScratch scratch, Span<float> shares)
    {
        if (!ReferenceEquals(scratch.Last, scorer) || scorer.Pending)
            throw new InvalidOperationException($"the frame of {scorer.Segment.Node} was not the last to be completed");
        float total = 0;
        for (var m = 0; m < shares.Length; m++)
            total += shares[m] = scratch.Values[m] + scratch.Residuals[m];
        if (!(total > 0))
            return false;
        for (var m = 0; m < shares.Length; m++)
            shares[m] /= total;
        return true;
    }
}
