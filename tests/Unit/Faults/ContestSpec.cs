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
}
