using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Unit.Faults;

public sealed class ContestSpec
{
    private static readonly TuningOptions Options = new() { ContestIntervals = 2, ContestFaults = 1, ContestMost = 4 };

    private static readonly float[] Sure = [0.1f, 0.9f], Unsure = [0.5f, 0.5f];

    [Fact]
    public void The_better_one_on_enough_labels_serves()
    {
        var contest = new Contest(Options);
        contest.Add(Unsure, Sure, [1], 2);
        Assert.Equal(Verdict.Open, contest.Decide());
        contest.Add(Unsure, Sure, [1], 2);
        Assert.Equal(Verdict.Promoted, contest.Decide());
        Assert.Equal(-Math.Log(0.9), contest.ChallengerLoss, 1e-6);
    }

    [Fact]
    public void A_tie_keeps_the_champion()
    {
        var contest = new Contest(Options);
        contest.Add(Sure, Sure, [1], 2);
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
        for (var i = 0; i < 3; i++)
        {
            contest.Add(Unsure, [0.9f, 0.1f], [0], 2);
            Assert.Equal(Verdict.Open, contest.Decide());
        }
        contest.Add(Unsure, [0.9f, 0.1f], [0], 2);
        Assert.Equal(Verdict.Rejected, contest.Decide());
    }

    /// <summary>Gains of 1 and -1 in turn and a last one: the sum must exceed the deviation that such gains have by themselves.</summary>
    [Theory]
    [InlineData(0.5, Verdict.Rejected)]
    [InlineData(9, Verdict.Promoted)]
    public void A_gain_within_what_chance_gives_keeps_the_champion(double last, Verdict expected)
    {
        var contest = new Contest(Options with { ContestIntervals = 9, ContestMost = 20, ContestDeviations = 1 });
        for (var i = 0; i < 8; i++)
            Gain(i % 2 == 0 ? 1 : -1);
        Gain(last);
        Assert.True(contest.ChallengerLoss < contest.ChampionLoss);
        Assert.Equal(expected, contest.Decide());

        void Gain(double gain)
        {
            float low = (float)Math.Exp(-Math.Abs(gain)), high = 1;
            contest.Add([0, gain > 0 ? low : high], [0, gain > 0 ? high : low], [1], 2);
        }
    }

    [Fact]
    public void The_more_deviations_are_asked_the_fewer_challengers_serve()
    {
        Verdict At(float deviations)
        {
            var contest = new Contest(Options with { ContestIntervals = 4, ContestDeviations = deviations });
            foreach (var low in (float[])[0.5f, 0.3f, 0.9f, 0.6f])
                contest.Add([0, low], [0, 1], [1], 2);
            return contest.Decide();
        }

        Assert.Equal((Verdict.Promoted, Verdict.Rejected), (At(1), At(4)));
    }
}
