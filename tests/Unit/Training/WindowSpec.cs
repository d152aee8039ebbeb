using Tocsin.Inference.Preparation;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Training;

namespace Tocsin.Unit.Training;

public sealed class WindowSpec
{
    private const int Slots = 6;
    private const int Metrics = 2;

    private readonly float[] _values = new float[Slots * Metrics];
    private readonly float[] _hidden = new float[Slots * Metrics];
    private readonly bool[] _valid = new bool[Slots];
    private readonly int[] _position = new int[Slots];
    private readonly float[] _logTime = new float[Slots];

    [Fact]
    public void A_window_holds_its_own_segments_frames_and_nothing_before_the_first()
    {
        // The buffers still hold another segment's window, as they do in training.
        Fill(Prepared.From(20, Metrics, (_, _) => 999), 19);
        var segment = Prepared.From(20, Metrics, (t, m) => (10 * t) + m);
        for (var newest = 0; newest < segment.Frames; newest++)
        {
            Fill(segment, newest);
            for (var slot = 0; slot < Slots; slot++)
            {
                var frame = newest - (Slots - 1 - slot);
                Assert.Equal(frame >= 0, _valid[slot]);
                Assert.Equal(Math.Max(0, frame), _position[slot]);
                Assert.Equal(frame < 0 ? 0 : 10 * frame, _values[slot * Metrics]);
                Assert.Equal(frame < 0 ? 0 : (10 * frame) + 1, _values[(slot * Metrics) + 1]);
            }
        }
    }

    [Fact]
    public void A_gap_leaves_its_slots_empty_and_is_as_wide_as_it_was()
    {
        // Frames at ticks 0, 1, 2, 6, 7.
        var segment = Prepared.From(5, Metrics, (t, _) => t + 1, tick: t => t < 3 ? t : t + 3);
        Fill(segment, 4);
        Assert.Equal([true, false, false, false, true, true], _valid);
        Assert.Equal([2, 0, 0, 0, 6, 7], _position);
        Assert.Equal(3, _values[0]);
    }

    [Fact]
    public void What_is_missing_is_hidden_and_its_held_value_does_not_enter()
    {
        var segment = Prepared.From(6, Metrics, (_, _) => 7, missing: (t, m) => t == 4 && m == 1);
        Fill(segment, 5);
        Assert.Equal(1, _hidden.Sum());
        Assert.Equal((1, 0), (_hidden[(4 * Metrics) + 1], _values[(4 * Metrics) + 1]));
    }

    [Fact]
    public void Each_pass_sees_the_windows_of_all_segments_mixed_and_in_an_order_of_its_own()
    {
        var segments = Enumerable.Range(0, 5).Select(i => new TrainingSegment(Prepared.From(40, 1, (_, _) => 0), 1)).ToList();
        var random = new SeededRandom(3);
        var passes = new List<List<(int Segment, int Frame)>>();
        for (var pass = 0; pass < 40; pass++)
        {
            var ends = new List<(int, int)>();
            WindowOrder.Draw(segments, 4, random, ends);
            passes.Add(ends);
        }
        foreach (var ends in passes)
        {
            Assert.Equal(ends.Count, ends.Distinct().Count());
            Assert.All(ends, e => Assert.InRange(e.Frame, 1, 39));
            // In the order of the recording 5 - 1 neighbours would be of different segments; shuffled about four in five are.
            var changes = ends.Zip(ends.Skip(1)).Count(pair => pair.First.Segment != pair.Second.Segment);
            Assert.True(changes > ends.Count / 2, $"only {changes} of {ends.Count} neighbours are of different segments");
        }
        for (var pass = 1; pass < passes.Count; pass++)
            Assert.NotEqual(passes[pass - 1], passes[pass]);
        Assert.Equal(5 * 39, passes.SelectMany(p => p).Distinct().Count());
    }

    private void Fill(PreparedSegment segment, int newest) => WindowGather.Fill(segment, newest, Slots, _values, _hidden, _valid, _position, _logTime);
}
