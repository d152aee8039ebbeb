using Tocsin.Daemon.Serve.Scores;
using Tocsin.Shared;

namespace Tocsin.Unit.Serve;

public sealed class ScoreRingSpec
{
    [Fact]
    public void Scores_come_back_in_their_order_with_gaps_as_NaN()
    {
        var ring = new ScoreRing(100);
        ring.Put(1000, 1, 6);
        ring.Put(1003, 4.5f, float.NaN);
        var (first, scores, thresholds) = ring.Read(0, long.MaxValue);
        Assert.Equal(1000, first);
        Assert.Equal([1, float.NaN, float.NaN, 4.5f], scores);
        Assert.Equal([6, float.NaN, float.NaN, float.NaN], thresholds);
    }

    [Fact]
    public void The_oldest_go_when_it_is_full_and_none_before()
    {
        var ring = new ScoreRing(100);
        for (var t = 0; t < 1234; t++)
        {
            ring.Put(5000 + t, t % 50, 6);
            var (first, scores, _) = ring.Read(0, long.MaxValue);
            Assert.Equal((Math.Min(t + 1, 100), 5000 + Math.Max(0, t - 99)), (scores.Length, (int)first));
            Assert.Equal(Enumerable.Range((int)first - 5000, scores.Length).Select(i => (float)(i % 50)), scores);
        }
    }

    [Fact]
    public void A_later_word_on_a_tick_replaces_the_earlier_one_and_one_that_is_too_old_is_nothing()
    {
        var ring = new ScoreRing(100);
        for (var t = 0; t < 300; t++)
            ring.Put(t, 1, 6);
        ring.Put(250, 9, 6);
        ring.Put(10, 9, 6);
        var (first, scores, _) = ring.Read(0, long.MaxValue);
        Assert.Equal((200L, 100), (first, scores.Length));
        Assert.Equal([250 - 200], Enumerable.Range(0, 100).Where(i => scores[i] == 9));
    }

    [Fact]
    public void After_a_silence_longer_than_itself_it_begins_anew()
    {
        var ring = new ScoreRing(100);
        ring.Put(10, 1, 6);
        ring.Put(1_000_000_000_000, 2, 6);
        var (first, scores, _) = ring.Read(0, long.MaxValue);
        Assert.Equal((1_000_000_000_000, 2f), (first, Assert.Single(scores)));
    }

    [Fact]
    public void A_stretch_is_what_lies_in_it()
    {
        var history = new ScoreHistory(2, TimeSpan.FromSeconds(15));
        var node = new NodeKey("hpc", "a");
        for (var t = 0; t < 10; t++)
            history.Keep(node, 1_500_000 + (t * 15_000), t, 6);
        var (first, scores, _) = history.Read(node, 1_500_001, 1_560_001);
        Assert.Equal(1_515_000, first * history.StepMs);
        Assert.Equal([1, 2, 3, 4], scores);
        Assert.Empty(history.Read(node, 9_000_000).Scores);
        Assert.Empty(history.Read(new NodeKey("hpc", "b")).Scores);
    }

    [Fact]
    public void Nodes_beyond_the_bound_are_not_kept_and_what_is_infinite_is_the_largest_number()
    {
        var history = new ScoreHistory(1, TimeSpan.FromSeconds(1));
        Assert.Equal(3600, history.Ticks);
        history.Keep(new NodeKey("hpc", "a"), 1000, float.PositiveInfinity, 1e9f);
        history.Keep(new NodeKey("hpc", "b"), 1000, 1, 1);
        Assert.Equal(65_504, Assert.Single(history.Read(new NodeKey("hpc", "a")).Scores));
        Assert.Empty(history.Read(new NodeKey("hpc", "b")).Scores);
        history.Remove(new NodeKey("hpc", "a"));
        history.Keep(new NodeKey("hpc", "b"), 1000, 1, 1);
        Assert.Single(history.Read(new NodeKey("hpc", "b")).Scores);
    }
}
