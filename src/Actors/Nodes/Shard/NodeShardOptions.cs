using Tocsin.Ingest.Catalogues;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>Of one shard of nodes.</summary>
public sealed record NodeShardOptions
{
    public required Catalogue Catalogue { get; init; }

    public NodeOptions Nodes { get; init; } = new();

    /// <summary>Rows of nodes that only went on are written within this time, evenly. Most of what goes to the disk is these rows, each written as a whole; what is not
    /// written is replayed from the log after a crash, at several times the speed at which it came.</summary>
    public TimeSpan Spread { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Between two commits that hold nothing but such rows.</summary>
    public TimeSpan QuietCommit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A sample further ahead of the log's clock than this is refused: one clock must not carry the shard's time away.</summary>
    public TimeSpan MostAhead { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far event time may lie behind the log's clock for a silent node to be stale: beyond it the shard is catching up.</summary>
    public TimeSpan CaughtUp { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Of one shard; what comes beyond is refused and counted.</summary>
    public int MostNodes { get; init; } = 100_000;

    /// <summary>Event time between two ticks.</summary>
    public long TickMs => Math.Max(1, Nodes.Frames.CadenceMs / 4);
}
