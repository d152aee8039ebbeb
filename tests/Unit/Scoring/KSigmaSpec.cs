using Tocsin.Inference.Scoring;

namespace Tocsin.Unit.Scoring;

public sealed class KSigmaSpec
{
    [Fact]
    public void Without_an_alarm_it_is_the_published_threshold()
    {
        var random = new Random(4);
        double[] scores = [.. Enumerable.Range(0, 300).Select(_ => random.NextDouble())];
        var running = new KSigmaThreshold(new KSigmaOptions());
        // Uniform scores never rise above mean + 3 sigma: nothing is frozen, so the two must agree; the spike comes last.
        scores[^1] = 5;
        Assert.Equal(KSigmaBatch.Alarms(scores), scores.Select(s => running.Push(s).Alarm));
    }

    [Fact]
    public void A_long_fault_stays_alarmed_since_the_window_is_frozen()
    {
        var random = new Random(4);
        double[] scores = [.. Enumerable.Range(0, 400).Select(t => random.NextDouble() + (t is >= 100 and < 300 ? 3 : 0))];
        var running = new KSigmaThreshold(new KSigmaOptions());
        bool[] alarms = [.. scores.Select(s => running.Push(s).Alarm)];
        Assert.All(Enumerable.Range(100, 200), t => Assert.True(alarms[t]));
        Assert.All(Enumerable.Range(300, 100), t => Assert.False(alarms[t]));
        Assert.False(KSigmaBatch.Alarms(scores)[250]);
    }

    [Fact]
    public void One_of_three_is_not_two_of_three()
    {
        var running = new KSigmaThreshold(new KSigmaOptions { M = 2, N = 3, SigmaFloor = 0.1 });
        for (var t = 0; t < 50; t++)
            Assert.False(running.Push(1).Alarm);
        Assert.Equal([false, false, true, false, false], ((double[])[2, 1, 2, 1, 1]).Select(s => running.Push(s).Alarm));
    }

    [Fact]
    public void A_floor_keeps_a_quiet_minute_from_making_a_whisper_an_alarm()
    {
        var bare = new KSigmaThreshold(new KSigmaOptions());
        var floored = new KSigmaThreshold(new KSigmaOptions { SigmaFloor = 0.1 });
        for (var t = 0; t < 60; t++)
            (_, _) = (bare.Push(1), floored.Push(1));
        Assert.True(bare.Push(1.01).Alarm);
        Assert.False(floored.Push(1.01).Alarm);
        Assert.True(floored.Push(1.31).Alarm);
    }

    [Fact]
    public void Unscored_frames_raise_no_alarm_and_leave_the_window_alone()
    {
        var running = new KSigmaThreshold(new KSigmaOptions());
        for (var t = 0; t < 30; t++)
            running.Push(t % 2);
        var before = running.State.Scores;
        Assert.False(running.Push(double.NaN).Alarm);
        Assert.Equal(before, running.State.Scores);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(4, 3)]
    [InlineData(1, 65)]
    public void M_of_n_out_of_range_is_refused(int m, int n) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new KSigmaThreshold(new KSigmaOptions { M = m, N = n }));

    [Fact]
    public void The_persistent_score_exceeds_exactly_when_m_of_n_do()
    {
        var random = new Random(8);
        var (filter, persistence) = (new PersistentScore(3, 5), Persistence.Of(3, 5));
        for (var t = 0; t < 500; t++)
        {
            var score = random.NextDouble();
            persistence = persistence.Push(score > 0.6);
            var filtered = filter.Push(score);
            if (t >= 5)
                Assert.Equal(persistence.Holds, filtered > 0.6);
        }
    }
}
