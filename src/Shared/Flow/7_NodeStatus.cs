namespace Tocsin.Shared.Flow;

/// <summary>Stale, anomalous and down are three states; anomalous is a <see cref="Finding"/>, the other two stand here. Stored: the numbers never change.</summary>
public enum NodePresence
{
    Fresh = 0,

    /// <summary>No data, while the source's other nodes have some.</summary>
    Stale = 1,

    /// <summary>The scheduler says so.</summary>
    Down = 2,
}

/// <summary>Why nobody wants to hear of a node. Stored: the numbers never change.</summary>
public enum NodeMute
{
    None = 0,
    Maintenance = 1,
    Drained = 2,
}

/// <summary>Stage 7, in: how a node stands, sent when it changes. What alerts count "the other 63 nodes" by.</summary>
/// <param name="Jobs">What runs on it, at most 64.</param>
/// <param name="Switch">The leaf switch, from the scheduler's topology; null where unknown.</param>
/// <param name="Watched">False = the node is no longer in the configuration or the scheduler.</param>
public sealed partial record NodeStatus(NodeKey Node, NodePresence Presence, NodeMute Mute, IReadOnlyList<JobKey> Jobs, string? Switch, bool Watched, long AtMs);
