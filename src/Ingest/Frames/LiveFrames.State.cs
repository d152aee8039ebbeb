using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Frames;

public sealed partial class LiveFrames
{
    private SlotBits[] Marks => [_expected, _seen, _seenBefore];

    public LiveFramesState State => new(
        [.. _layout.Series.Select(room.Series.NumberOf)], MarksOf(), _counters.All.ToArray(),
        _closedMinMs, _closedMaxMs, NewestMs, _replica, _replicaMs, [.. _open.Select(Of)], _generationMs);

    /// <summary>Goes on where <see cref="State"/> was taken.</summary>
    /// <exception cref="ArgumentException">It names series that the dictionary lacks, or was made with another catalogue.</exception>
    public static LiveFrames Restore(LiveFrameRoom room, LiveFramesState state)
    {
        var frames = new LiveFrames(room);
        frames.Restore(state);
        return frames;
    }

    private void Restore(LiveFramesState state)
    {
        _layout = room.Layouts.Of([.. state.Series.Select(SeriesOf)]);
        if (state.Counters.Length != _layout.Counters || state.Marks.Length != _layout.Series.Length)
            throw new ArgumentException($"{state.Counters.Length} counters and {state.Marks.Length} marks for {_layout.Series.Length} series with {_layout.Counters} counters", nameof(state));
        _counters.Restore(state.Counters);
        for (var m = 0; m < Marks.Length; m++)
        {
            Marks[m].Reset(_layout.Series.Length);
            for (var slot = 0; slot < state.Marks.Length; slot++)
            {
                if ((state.Marks[slot] >> m & 1) != 0)
                    Marks[m].Set(slot);
            }
        }
        (_closedMinMs, _closedMaxMs, NewestMs) = (state.ClosedMinMs, state.ClosedMaxMs, state.NewestMs);
        _generationMs = state.GenerationMs;
        (_replica, _replicaMs) = (state.Replica, state.ReplicaMs);
        _open.AddRange(state.Open.Select(Of));
    }

    private byte[] MarksOf()
    {
        var marks = new byte[_layout.Series.Length];
        for (var m = 0; m < Marks.Length; m++)
        {
            for (var slot = 0; slot < marks.Length; slot++)
                marks[slot] |= (byte)(Marks[m][slot] ? 1 << m : 0);
        }
        return marks;
    }

    private SeriesId SeriesOf(int number) => (uint)number < (uint)room.Series.Count
        ? room.Series[number]
        : throw new ArgumentException($"series {number} of a dictionary of {room.Series.Count}", nameof(number));

    private OpenFrameState Of(OpenFrame frame) => new(
        frame.MinMs, frame.MaxMs,
        [.. Enumerable.Range(0, _layout.Series.Length).Where(s => frame.Has[s]).Select(s => new OpenSample(s, frame.Value(s), frame.TimeMs(s)))],
        [.. frame.New.Select(n => new OpenSample(room.Series.NumberOf(n.Series), n.Value, n.TimeMs))]);

    private OpenFrame Of(OpenFrameState state)
    {
        var frame = room.Lend(_layout.Series.Length, state.MinMs);
        foreach (var sample in state.Samples)
            frame.Take(sample.At, sample.Value, sample.TimeMs);
        foreach (var sample in state.New)
            frame.Take(SeriesOf(sample.At), sample.Value, sample.TimeMs);
        frame.Span(state.MinMs, state.MaxMs);
        return frame;
    }
}
