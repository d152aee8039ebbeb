using Tocsin.Inference.Preparation;

namespace Tocsin.Inference.Training;

/// <summary>How the WMSE (equation 5) weighs metrics by their mean absolute change (MAC, equation 6).</summary>
public enum WeightRule
{
    /// <summary>W = 1 / (MAC + 0.05): a steady metric that moves says more.</summary>
    InverseChange = 0,

    /// <summary>W proportional to MAC + 0.05.</summary>
    Change = 1,

    /// <summary>W = 1.</summary>
    Even = 2,
}

public static class MetricWeights
{
    private const double Floor = 0.05;
    private const double Least = 0.1;
    private const double Most = 10;

    /// <summary>Mean 1, then bounded to [0.1, 10]. Changes are taken between neighbouring frames of one segment only, on standardised values.</summary>
    public static float[] Of(IEnumerable<PreparedSegment> segments, int metrics, WeightRule rule)
    {
        var change = new double[metrics];
        long pairs = 0;
        foreach (var segment in segments)
        {
            for (var t = 1; t < segment.Frames; t++)
            {
                var before = segment.Row(t - 1);
                var now = segment.Row(t);
                for (var m = 0; m < metrics; m++)
                    change[m] += Math.Abs(now[m] - before[m]);
            }
            pairs += Math.Max(0, segment.Frames - 1);
        }
        var weights = new double[metrics];
        for (var m = 0; m < metrics; m++)
        {
            var mac = (pairs == 0 ? 0 : change[m] / pairs) + Floor;
            weights[m] = rule switch { WeightRule.InverseChange => 1 / mac, WeightRule.Change => mac, _ => 1 };
        }
        var mean = weights.Average();
        return [.. weights.Select(w => (float)Math.Clamp(w / mean, Least, Most))];
    }
}
