namespace Tocsin.Ingest.Frames;

/// <summary>What the live frames of all nodes of a shard share. One thread at a time.</summary>
public sealed class LiveFrameRoom(LayoutPool layouts, SeriesDictionary series, LiveFrameOptions options)
{
    /// <summary>Frames that wait for the next node. In a node's first cadence nobody knows what belongs to a frame, so all nodes have one at once: what was
    /// lent then would never be given back to the process.</summary>
    private const int MostFree = 128;

    private readonly Stack<OpenFrame> _free = new();

    public SeriesDictionary Series => series;

    public LiveFrameOptions Options => options;

    public FrameCounts Counts { get; } = new();

    internal LayoutPool Layouts => layouts;

    internal OpenFrame Lend(int slots, long timeMs)
    {
        if (!_free.TryPop(out var frame))
            frame = new OpenFrame();
        frame.Open(slots, timeMs);
        return frame;
    }

    internal void GiveBack(OpenFrame frame)
    {
        if (_free.Count < MostFree)
            _free.Push(frame);
    }
}
