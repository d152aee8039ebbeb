using Tocsin.Inference.Learning;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>The libraries of a shard: which was active from which record on, and those that nodes are pinned to.</summary>
/// <param name="load">A version. May throw where it cannot be had: the shard then tries again.</param>
internal sealed class ShardLibraries(NodeRoom room, Func<long, ScoringLibrary> load)
{
    private readonly Activations _activations = new();

    /// <summary>A row of the shard: the activations as far as a replay can ask.</summary>
    public byte[] Draft(long nextOffset) => _activations.Draft(nextOffset);

    public bool TryLoad(ReadOnlySpan<byte> row) => _activations.TryLoad(row);

    /// <summary>Goes on with the one that was active at an offset.</summary>
    public void UseAt(long offset) => room.Active = Find(_activations.At(offset));

    public LiveLibrary Activate(long offset, long version, IEnumerable<ShardNode> nodes)
    {
        _activations.Add(offset, version);
        LetGo(nodes);
        return room.Active = Find(version)!;
    }

    /// <summary>Null for 0, none.</summary>
    public LiveLibrary? Find(long version)
    {
        if (version == 0)
            return null;
        if (room.Find(version) is { } known)
            return known;
        room.Add(new LiveLibrary(version, load(version)));
        return room.Find(version);
    }

    /// <summary>Versions that no node is pinned to any more: memory must not grow with each that is learned. One that a row still names is loaded again.</summary>
    private void LetGo(IEnumerable<ShardNode> nodes)
    {
        var used = nodes.SelectMany(n => n.Node.Versions).ToHashSet();
        foreach (var version in room.Libraries.Select(l => l.Version).Where(v => !used.Contains(v)).ToList())
            room.Remove(version);
    }
}
