using Tocsin.Inference.Scoring;

namespace Tocsin.Unit.Scoring;

public sealed class ResidualScorerSpec
{
    private static readonly float[] Weights = [1, 2, 1, 1, 0.5f];
    private static readonly int[] Groups = [0, 0, 1, 1, 1];
    private static readonly float[] Actual = [1, 2, 3, 0, 0];
    private static readonly float[] Rebuilt = [0, 1, 1, 1, 2];

    // Weighted squares: 1, 2, 4, 1, 2.
    [Theory]
    [InlineData(ResidualRule.Mean, 2.0, new[] { 0.1f, 0.2f, 0.4f, 0.1f, 0.2f })]
    [InlineData(ResidualRule.TopThree, 8.0 / 3, new[] { 0, 0.25f, 0.5f, 0, 0.25f })]
    [InlineData(ResidualRule.Group, 7.0 / 3, new[] { 0, 0, 4f / 7, 1f / 7, 2f / 7 })]
    public void Scores_and_shares_are_as_computed_by_hand(ResidualRule rule, double expected, float[] expectedShares)
    {
        var shares = new float[5];
        var score = new ResidualScorer(rule, Weights, Groups).Score(Actual, Rebuilt, [], shares);
        Assert.Equal(expected, score, 6);
        Assert.Equal(expectedShares, shares, (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void A_missing_metric_has_no_say()
    {
        byte[] missing = [0, 0, 1, 0, 0];
        Assert.Equal(1.5f, new ResidualScorer(ResidualRule.Mean, Weights).Score(Actual, Rebuilt, missing), 6);
        Assert.True(float.IsNaN(new ResidualScorer(ResidualRule.TopThree, Weights).Score(Actual, Rebuilt, [1, 1, 1, 1, 1])));
        Assert.Equal(1.5f, new ResidualScorer(ResidualRule.Mean, Weights).ScoreSquared([1, 1, float.NaN, 1, 4]), 6);
    }

    [Fact]
    public void Two_strange_metrics_of_a_hundred_move_the_top_three_where_they_hardly_move_the_mean()
    {
        var weights = Enumerable.Repeat(1f, 98).ToArray();
        var normal = Enumerable.Range(0, 98).Select(i => i % 2 == 0 ? 1f : -1f).ToArray();
        var strange = normal.ToArray();
        strange[10] = strange[20] = 3;
        var rebuilt = new float[98];
        double Rise(ResidualRule rule)
        {
            var scorer = new ResidualScorer(rule, weights);
            return scorer.Score(strange, rebuilt) / scorer.Score(normal, rebuilt);
        }

        Assert.InRange(Rise(ResidualRule.Mean), 1.1, 1.2);
        Assert.InRange(Rise(ResidualRule.TopThree), 6, 7);
    }

    [Fact]
    public void Top_metrics_are_named_largest_first()
    {
        var top = ResidualScorer.Top([0.1f, 0, 0.6f, 0.3f], ["a", "b", "c", "d"], 3);
        Assert.Equal(["c", "d", "a"], top.Select(t => t.Metric));
        Assert.Single(ResidualScorer.Top([0, 1, 0], ["a", "b", "c"], 3));
    }

    [Fact]
    public void Over_variance_counts_in_units_of_what_is_normal_for_a_metric()
    {
        var factors = ResidualScorer.OverVariance([1, 1, 1], [4, 1, 1e-12f]);
        Assert.Equal([0.25f, 1, 6], factors, (a, b) => Math.Abs(a - b) < 1e-4f);
    }

    [Fact]
    public void Groups_are_parts_of_the_machine()
    {
        Assert.Equal([0, 0, 1, 1, 2, 2], MetricGroups.Of(["cpu_user_share", "node_cpu_system", "memory_free", "memory_used", "load1", "uptime"]));
    }
}
