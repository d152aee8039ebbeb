using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Unit.Faults;

public sealed class ContestSpec
{
    private static readonly TuningOptions Options = new() { BlockIntervals = 1, ContestBlocks = 5, ContestFaults = 1, ContestMost = 8 };

    private static readonly float[] Sure = [0.1f, 0.9f], Unsure = [0.5f, 0.5f];

    [Fact]
    public void The_better_one_on_enough_labels_serves()
    {
        var contest = new Contest(Options);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Verdict.Open, contest.Decide());
            contest.Add(Unsure, Sure, [1], 2);
        }
        Assert.Equal(Verdict.Promoted, contest.Decide());
        Assert.Equal(-Math.Log(0.9), contest.ChallengerLoss, 1e-6);
    }

    [Fact]
    public void A_tie_keeps_the_champion()
    {
        var contest = new Contest(Options);
        for (var i = 0; i < 5; i++)
            contest.Add(Sure, Sure, [1], 2);
        Assert.Equal(Verdict.Rejected, contest.Decide());
    }

    [Fact]
    public void What_is_not_labelled_counts_for_nothing_and_not_as_healthy()
    {
        var contest = new Contest(Options);
        for (var i = 0; i < 10; i++)
            contest.Add([0.1f, 0.9f], [0.9f, 0.1f], [-1], 2);
        Assert.Equal((0, 0L, Verdict.Open), (contest.Intervals, contest.Labels, contest.Decide()));
    }

    [Fact]
    public void Without_a_fault_to_tell_them_apart_the_champion_stays_in_the_end()
    {
        var contest = new Contest(Options);
        for (var i = 0; i < 7; i++)
        {
            contest.Add(Unsure, [0.9f, 0.1f], [0], 2);
            Assert.Equal(Verdict.Open, contest.Decide());
        }
        contest.Add(Unsure, [0.9f, 0.1f], [0], 2);
        Assert.Equal(Verdict.Rejected, contest.Decide());
    }

    /// <summary>Two gains in turn: mean 0.25 with a standard error of 0.47, or 2 with one of 0.38; Student's quantile is 2.4.</summary>
    [Theory]
    [InlineData(1.5, -1, Verdict.Rejected)]
    [InlineData(3, 1, Verdict.Promoted)]
    public void A_gain_within_what_chance_gives_keeps_the_champion(double one, double other, Verdict expected)
    {
        var contest = new Contest(Options with { ContestBlocks = 8, ContestMost = 20 });
        for (var i = 0; i < 8; i++)
            Gain(contest, i % 2 == 0 ? one : other);
        Assert.True(contest.ChallengerLoss < contest.ChampionLoss);
        Assert.Equal(expected, contest.Decide());
    }

    [Fact]
    public void However_few_blocks_are_asked_for_nobody_serves_before_there_are_five()
    {
        var contest = new Contest(Options with { BlockIntervals = 3, ContestBlocks = 1, ContestMost = 100 });
        for (var i = 0; i < 3 * Contest.LeastBlocks; i++)
        {
            Assert.Equal((i / 3, Verdict.Open), (contest.Blocks, contest.Decide()));
            Gain(contest, 2 + (i % 2));
        }
        Assert.Equal(Verdict.Promoted, contest.Decide());
        Assert.Equal(15, (Options with { BlockIntervals = 3, ContestBlocks = 1 }).ContestIntervals);
    }

    [Fact]
    public void A_block_that_is_not_complete_is_not_counted()
    {
        var contest = new Contest(Options with { BlockIntervals = 4, ContestMost = 100 });
        for (var i = 0; i < 20; i++)
            Gain(contest, i % 2 == 0 ? 1 : -1);
        for (var i = 0; i < 3; i++)
            Gain(contest, 9);
        Assert.Equal((23, 5, Verdict.Rejected), (contest.Intervals, contest.Blocks, contest.Decide()));
    }

    [Fact]
    public void The_more_deviations_are_asked_the_fewer_challengers_serve()
    {
        Verdict At(float deviations)
        {
            var contest = new Contest(Options with { ContestDeviations = deviations });
            foreach (var low in (float[])[0.5f, 0.3f, 0.9f, 0.6f, 0.5f])
                contest.Add([0, low], [0, 1], [1], 2);
            return contest.Decide();
        }

        Assert.Equal((Verdict.Promoted, Verdict.Rejected), (At(1), At(4)));
    }

    /// <summary>One labelled fault in an interval; the gain is the champion's loss less the challenger's. -6 to 6.</summary>
    internal static void Gain(Contest contest, double gain)
    {
        float low = (float)Math.Exp(-6 - (gain / 2)), high = (float)Math.Exp(-6 + (gain / 2));
        contest.Add([0, low], [0, high], [1], 2);
    }
}
