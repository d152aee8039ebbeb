using Tocsin.Inference.Training;

namespace Tocsin.Unit.Training;

public sealed class MetricWeightsSpec
{
    // Mean absolute changes 0, 0.2 and 1.
    private static float Step(int t, int m) => m switch { 0 => 3, 1 => 0.2f * (t % 2), _ => t % 2 };

    [Fact]
    public void A_steady_metric_weighs_more_by_one_over_its_mean_absolute_change()
    {
        var weights = MetricWeights.Of([Prepared.From(51, 3, Step)], 3, WeightRule.InverseChange);
        double[] raw = [1 / 0.05, 1 / 0.25, 1 / 1.05];
        Assert.Equal(raw.Select(r => r / raw.Average()), weights.Select(w => (double)w), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void The_paper_gives_no_direction_so_there_are_three_rules()
    {
        var segments = new[] { Prepared.From(51, 3, Step) };
        var change = MetricWeights.Of(segments, 3, WeightRule.Change);
        Assert.True(change[0] < change[1] && change[1] < change[2]);
        Assert.Equal([1, 1, 1], MetricWeights.Of(segments, 3, WeightRule.Even));
    }

    [Fact]
    public void A_jump_between_two_segments_is_no_change()
    {
        var low = Prepared.From(51, 3, Step);
        var high = Prepared.From(51, 3, (t, m) => 100 + Step(t, m));
        Assert.Equal(MetricWeights.Of([low], 3, WeightRule.InverseChange), MetricWeights.Of([low, high, low], 3, WeightRule.InverseChange), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Weights_are_bounded_and_one_frame_gives_even_ones()
    {
        var weights = MetricWeights.Of([Prepared.From(50, 40, (t, m) => m == 0 ? 0 : 50 * (t % 2))], 40, WeightRule.InverseChange);
        Assert.Equal(10, weights[0]);
        Assert.Equal(0.1f, weights[1]);
        Assert.Equal([1, 1], MetricWeights.Of([Prepared.From(1, 2, (_, m) => m)], 2, WeightRule.InverseChange));
    }
}
