namespace Tocsin.Ingest.Frames;

/// <summary>What the live frames of all nodes of a shard share. One thread at a time.</summary>
public sealed class LiveFrameRoom(LayoutPool layouts, SeriesDictionary series, LiveFrameOptions options)
{
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

    internal void GiveBack(OpenFrame frame) => _free.Push(frame);
}
