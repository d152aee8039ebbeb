using Tocsin.Inference.Faults.Tuning;
using Tocsin.Inference.Tensors;

namespace Tocsin.Unit.Faults;

/// <summary>How often contests that nobody should win are won, and how often those that somebody should: 2,000 each, simulated.</summary>
public sealed class ContestChanceSpec
{
    private const int Contests = 2_000;

    /// <summary>What <see cref="Contest"/> says is to be counted on.</summary>
    private const double Level = 0.05;

    /// <summary>Each interval by itself, as contests were once judged.</summary>
    private static readonly TuningOptions Alone = new() { BlockIntervals = 1, ContestBlocks = 96 };

    [Theory]
    [InlineData(0)]
    [InlineData(0.15)]
    [InlineData(0.5)]
    [InlineData(0.75)]
    public void A_challenger_that_is_no_better_is_promoted_more_rarely_than_is_said_however_its_gains_hang_together(double correlation) =>
        Assert.InRange(Promoted(new TuningOptions(), seed => Autoregressive(seed, correlation), 0), 0.005, Level);

    [Fact]
    public void Nor_where_gains_come_in_runs_of_four_intervals_as_faults_do() => Assert.InRange(Promoted(new TuningOptions(), Runs, 0), 0.005, Level);

    [Fact]
    public void Intervals_taken_each_by_itself_promote_far_more_often_than_is_said()
    {
        Assert.InRange(Promoted(Alone, seed => Autoregressive(seed, 0.75), 0), 3 * Level, 1);
        Assert.InRange(Promoted(Alone, Runs, 0), 3 * Level, 1);
    }

    /// <summary>Half a deviation an interval, correlated as gains on simulated cause labels are.</summary>
    [Fact]
    public void A_challenger_that_is_better_is_promoted() => Assert.InRange(Promoted(new TuningOptions(), seed => Autoregressive(seed, 0.15), 0.5), 0.9, 1);

    [Fact]
    public void The_same_gains_have_the_same_outcome() =>
        Assert.Equal(Promoted(new TuningOptions(), Runs, 0.2), Promoted(new TuningOptions(), Runs, 0.2));

    [Theory]
    [InlineData(1.959964, 4, 2.7764, 0.01)]
    [InlineData(1.959964, 7, 2.3646, 0.001)]
    [InlineData(2.326348, 7, 2.9980, 0.003)]
    [InlineData(1.959964, 30, 2.0423, 0.0001)]
    public void Students_quantiles_are_those_of_the_tables(double z, int freedom, double table, double error) => Assert.Equal(table, StudentQuantile.Of(z, freedom), error);

    private static double Promoted(TuningOptions options, Func<ulong, Func<double>> gains, double better)
    {
        var promoted = 0;
        for (var c = 0; c < Contests; c++)
        {
            var (contest, next) = (new Contest(options), gains((ulong)c + 1));
            while (contest.Decide() == Verdict.Open)
                ContestSpec.Gain(contest, Math.Clamp(next() + better, -6, 6));
            promoted += contest.Decide() == Verdict.Promoted ? 1 : 0;
        }
        return (double)promoted / Contests;
    }

    /// <summary>Gaussian, mean 0, deviation 1.</summary>
    private static Func<double> Autoregressive(ulong seed, double correlation)
    {
        var random = new SeededRandom(seed);
        var last = Gaussian(random);
        return () => last = (correlation * last) + (Math.Sqrt(1 - (correlation * correlation)) * Gaussian(random));
    }

    /// <summary>The same gain for four intervals on the mean, then another one; double exponential, mean 0: most are small, some are not.</summary>
    private static Func<double> Runs(ulong seed)
    {
        var random = new SeededRandom(seed);
        var gain = Draw();
        return () => gain = random.NextFloat() < 0.25f ? Draw() : gain;

        double Draw() => (random.NextFloat() < 0.5f ? -1 : 1) * -Math.Log(1 - random.NextFloat());
    }

    /// <summary>Box and Muller (1958).</summary>
    private static double Gaussian(SeededRandom random) => Math.Sqrt(-2 * Math.Log(1 - random.NextFloat())) * Math.Cos(2 * Math.PI * random.NextFloat());
}
