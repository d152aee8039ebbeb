using Tocsin.Ingest.Frames;

namespace Tocsin.Actors.Nodes;

/// <summary>What the nodes of a shard share. One thread at a time.</summary>
public sealed class NodeRoom(LiveFrameRoom frames, NodeOptions options)
{
    /// <summary>A shard that catches up lends thousands at once; kept are as many as wait while it goes on evenly.</summary>
    private const int MostRows = 256;

    private readonly SortedDictionary<long, LiveLibrary> _libraries = [];
    private readonly Stack<(float[] Row, string?[] Devices)> _rows = new();

    public LiveFrameRoom Frames => frames;

    public NodeOptions Options => options;

    /// <summary>What nodes begin with; null before there is one.</summary>
    public LiveLibrary? Active { get; set; }

    /// <summary>The versions that may still be named by a row.</summary>
    public IReadOnlyCollection<LiveLibrary> Libraries => _libraries.Values;

    public LiveLibrary? Find(long version) => _libraries.GetValueOrDefault(version);

    public void Add(LiveLibrary library) => _libraries.TryAdd(library.Version, library);

    /// <summary>Lets go of a version that no row names.</summary>
    public void Remove(long version)
    {
        if (Active?.Version != version)
            _libraries.Remove(version);
    }

    /// <summary>Rows are lent between the closing of a frame and its scoring, so that waiting frames do not become garbage.</summary>
    internal (float[] Row, string?[] Devices) Lend(int columns)
    {
        if (!_rows.TryPop(out var lent) || lent.Row.Length < columns)
            lent = (new float[columns], new string?[columns]);
        return lent;
    }

    internal void GiveBack(FrameWork frame)
    {
        if (_rows.Count < MostRows)
            _rows.Push((frame.Row, frame.Devices));
    }
}
