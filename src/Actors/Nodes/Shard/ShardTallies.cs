using Tocsin.Ingest.Frames;
using Tocsin.Shared;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>What became of what a shard read, in this life of it and as of its last commit. Read by any thread: it is never changed.</summary>
/// <param name="Samples">By what became of them.</param>
/// <param name="Rejected">Records and series that could not be used, by reason.</param>
/// <param name="GivenUp">Records that became dead letters.</param>
public sealed record ShardTallies(IReadOnlyList<KeyValuePair<string, long>> Samples, IReadOnlyList<KeyValuePair<string, long>> Rejected, long GivenUp)
{
    public static readonly ShardTallies None = new([], [], 0);

    public static ShardTallies Of(FrameCounts samples, Rejections rejected, long givenUp) => new(
        [
            new("taken", samples.Taken), new("repeated", samples.Repeated), new("late", samples.Late), new("too_close", samples.TooClose),
            new("other_replica", samples.OtherReplica), new("ended", samples.Ended), new("no_number", samples.NoNumber),
            new("too_many_series", samples.TooManySeries), new("unused", samples.Unused),
        ],
        [.. rejected.ByReason.Select(r => KeyValuePair.Create(r.Key, r.Value.Count))],
        givenUp);
}
