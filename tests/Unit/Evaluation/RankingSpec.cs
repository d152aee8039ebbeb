using FsCheck;
using FsCheck.Fluent;
using Tocsin.Inference.Evaluation;

namespace Tocsin.Unit.Evaluation;

public sealed class RankingSpec
{
    [Fact]
    public void Agrees_with_scikit_learn_ties_included()
    {
        foreach (var line in File.ReadLines(Path.Combine(SharedData.Root, "tests", "Unit", "Scoring", "Fixtures", "auc.csv")).Skip(1))
        {
            var fields = line.Split(',');
            double[] scores = [.. fields[3].Split(' ').Select(double.Parse)];
            bool[] positive = [.. fields[4].Select(c => c == '1')];
            Assert.Equal(double.Parse(fields[1]), Ranking.Roc(scores, positive), 12);
            Assert.Equal(double.Parse(fields[2]), Ranking.AveragePrecision(scores, positive), 12);
        }
    }

    [Fact]
    public void A_block_that_counts_twice_is_the_block_twice() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(0, 5).ListOf(24).ToArbitrary(), numbers =>
        {
            double[] scores = [.. numbers.Select(n => (double)n)];
            bool[] positive = [.. numbers.Select((n, i) => (i * 7 + n) % 3 == 0)];
            int[] group = [.. numbers.Select((_, i) => i / 8)];
            int[] weights = [2, 0, 1];
            var repeated = Enumerable.Range(0, 24).SelectMany(i => Enumerable.Repeat(i, weights[group[i]])).ToArray();
            var direct = new Ranking([.. repeated.Select(i => scores[i])], [.. repeated.Select(i => positive[i])]).Areas();
            return new Ranking(scores, positive).Areas(group, weights).Equals(direct);
        }));

    [Fact]
    public void A_constant_score_says_nothing()
    {
        Assert.Equal(0.5, Ranking.Roc([1, 1, 1, 1], [true, false, false, true]));
        Assert.Equal(0.5, Ranking.AveragePrecision([1, 1, 1, 1], [true, false, false, true]));
        Assert.True(double.IsNaN(Ranking.Roc([1, 2], [true, true])));
    }

    [Fact]
    public void A_frame_without_score_ranks_below_every_other() =>
        Assert.Equal(0.25, Ranking.Roc([double.NaN, -1e300, 5], [true, false, false]) + 0.25);
}
