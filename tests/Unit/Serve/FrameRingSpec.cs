using Tocsin.Daemon.Serve.Frames;
using Tocsin.Shared;

namespace Tocsin.Unit.Serve;

public sealed class FrameRingSpec
{
    private const int Columns = 3;

    [Fact]
    public void Frames_come_back_in_their_order_with_gaps_as_NaN()
    {
        var ring = new FrameRing();
        Put(ring, 1000, 1);
        Put(ring, 1003, 4);
        var stretch = ring.Read(0, long.MaxValue, [2, 0]);
        Assert.Equal((1000, 4), (stretch.First, stretch.Ticks));
        Assert.Equal([1.2f, float.NaN, float.NaN, 4.2f], stretch.Values[..4], Near);
        Assert.Equal([1, float.NaN, float.NaN, 4], stretch.Values[4..], Near);
        Assert.Equal([0, float.NaN, float.NaN, 0], stretch.Expected[..4]);
        Assert.Equal(2, stretch.Bands.Count(b => b is null));
    }

    [Fact]
    public void The_oldest_go_when_it_is_full_and_when_there_is_less_room()
    {
        var ring = new FrameRing();
        for (var t = 0; t < 500; t++)
        {
            Put(ring, 5000 + t, t, most: 100);
            var seen = ring.Read(0, long.MaxValue, [0]);
            Assert.Equal((Math.Min(t + 1, 100), 5000 + Math.Max(0, t - 99)), (seen.Ticks, (int)seen.First));
            Assert.Equal(Enumerable.Range((int)seen.First - 5000, seen.Ticks).Select(i => (float)i), seen.Values);
        }
        var before = ring.Bytes;
        Put(ring, 5500, 500, most: 20);
        var left = ring.Read(0, long.MaxValue, [0]);
        Assert.Equal(Enumerable.Range(481, 20).Select(i => (float)i), left.Values);
        Assert.True(ring.Bytes * 4 < before, $"{ring.Bytes} of {before}");
        Put(ring, 5501, 501, most: 100);
        Assert.Equal(21, ring.Read(0, long.MaxValue, [0]).Ticks);
    }

    [Fact]
    public void A_later_word_on_a_tick_replaces_the_earlier_one_and_one_from_long_ago_is_left()
    {
        var ring = new FrameRing();
        Put(ring, 100, 1, most: 10);
        Put(ring, 105, 2, most: 10);
        Put(ring, 100, 9, most: 10);
        Put(ring, 90, 7, most: 10);
        Assert.Equal(9, ring.Read(0, long.MaxValue, [0]).Values[0]);
        Assert.Equal(100, ring.Read(0, long.MaxValue, [0]).First);
        Put(ring, 1000, 3, most: 10);
        Assert.Equal((1000, 1), (ring.Read(0, long.MaxValue, [0]).First, ring.Read(0, long.MaxValue, [0]).Ticks));
    }

    [Fact]
    public void What_was_kept_on_another_scale_is_let_go_and_on_the_same_one_is_not()
    {
        var ring = new FrameRing();
        Put(ring, 100, 1);
        // Loaded again: another object with the same content.
        var same = MadeUpFrames.PlanOf(0.5);
        ring.Put(101, same, same.AllNodes, 100, MadeUpFrames.Row(1, 1, 1), MadeUpFrames.Band);
        Assert.Equal(2, ring.Read(0, long.MaxValue, [0]).Ticks);
        var other = MadeUpFrames.PlanOf(0.6);
        ring.Put(102, other, other.AllNodes, 100, MadeUpFrames.Row(1, 1, 1), MadeUpFrames.Band);
        Assert.Equal(1, ring.Read(0, long.MaxValue, [0]).Ticks);
        Assert.Equal(0, ring.Read(0, long.MaxValue, [Columns]).Ticks);
    }

    [Fact]
    public void Every_node_has_a_part_of_the_room_and_those_that_are_wanted_all_four_hours()
    {
        const int nodes = 1000;
        var frames = new FrameHistory(nodes, TimeSpan.FromSeconds(15), 4 << 20);
        NodeKey[] keys = [.. Enumerable.Range(0, nodes + 1).Select(i => new NodeKey("hpc", $"n{i}"))];
        for (var t = 0; t < 1000; t++)
        {
            foreach (var key in t < 40 ? keys : [keys[3], keys[5]])
                frames.Keep(key, 1_769_850_000_000 + (t * 15_000), t, 0, 0);
            if (t == 5)
                frames.Want(keys[5]);
        }
        Assert.Null(frames.Of(keys[nodes]));
        Assert.Equal(960, frames.Of(keys[5])!.Read(0, long.MaxValue, []).Ticks);
        var usual = frames.Of(keys[3])!.Read(0, long.MaxValue, []).Ticks;
        Assert.InRange(usual, 90, 120);
        Assert.InRange(frames.Bytes, 1 << 10, 4 << 20);
        var many = Enumerable.Range(0, 5000).Select(i => new NodeKey("hpc", $"m{i}")).ToList();
        many.ForEach(frames.Want);
        frames.Keep(keys[5], 1_769_850_000_000 + (1001L * 15_000), 0, 0, 0);
        Assert.InRange(frames.Of(keys[5])!.Read(0, long.MaxValue, []).Ticks, 90, 120);
    }

    private static void Put(FrameRing ring, long tick, float value, int most = 1000) =>
        ring.Put(tick, MadeUpFrames.Plan, MadeUpFrames.Plan.AllNodes, most, MadeUpFrames.Row(value, value + 0.1f, value + 0.2f), MadeUpFrames.Band);

    private static bool Near(float a, float b) => a.Equals(b) || Math.Abs(a - b) < 0.01f * Math.Max(1, Math.Abs(b));
}
