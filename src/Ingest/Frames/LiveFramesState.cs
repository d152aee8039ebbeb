namespace Tocsin.Ingest.Frames;

/// <summary>The live frames of one node as plain data. Series are numbers of the shard's dictionary.</summary>
/// <param name="Series">In the order of the node's slots: rising, unless the dictionary was made anew.</param>
/// <param name="Marks">Per slot: 1 = it was in the frame that was closed last, or came too late for it; 2 = seen since <paramref name="GenerationMs"/>; 4 = seen in the generation before.</param>
/// <param name="Counters">Of those of the slots that are counters, in their order.</param>
/// <param name="ClosedMinMs">First and last sample of the frame that was closed last; long.MinValue / 2 before there was one.</param>
public sealed record LiveFramesState(
    int[] Series, byte[] Marks, CounterState[] Counters, long ClosedMinMs, long ClosedMaxMs, long NewestMs,
    string? Replica, long ReplicaMs, OpenFrameState[] Open, long GenerationMs);

/// <summary>A counter's last sample.</summary>
/// <param name="TimeMs"><see cref="Never"/> before the first.</param>
/// <param name="Earlier">The sample before it.</param>
public readonly record struct CounterState(double Value, long TimeMs, double Earlier, long EarlierMs)
{
    public const long Never = long.MinValue / 2;

    public static CounterState None { get; } = new(double.NaN, Never, double.NaN, Never);

    public bool Seen => TimeMs != Never;
}

/// <summary>A frame that waits for samples.</summary>
/// <param name="Samples">By slot.</param>
/// <param name="New">By number of the series.</param>
public sealed record OpenFrameState(long MinMs, long MaxMs, OpenSample[] Samples, OpenSample[] New);

/// <param name="At">Slot or series.</param>
public readonly record struct OpenSample(int At, double Value, long TimeMs);
