using System.Runtime.CompilerServices;
using Tocsin.Inference.Faults;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Intervals;

/// <summary>The features of a live node, in the order of their columns: those of <see cref="HostFeatures"/>, then two of the network, which the simulator lacks.
/// What a node does not tell is NaN: memory throughput always (node_exporter has none), memory's share until its size was seen.</summary>
public static class LiveFeatures
{
    /// <summary>GB/s received and sent over all network devices and fabric ports.</summary>
    public const int Network = HostFeatures.Count;

    /// <summary>Errors and drops a second over all of them.</summary>
    public const int NetworkTrouble = HostFeatures.Count + 1;

    public const int Count = HostFeatures.Count + 2;

    public static IReadOnlyList<string> Names { get; } = [.. HostFeatures.Names, "network", "network_trouble"];
}

/// <summary>One value a feature; NaN = not told.</summary>
[InlineArray(LiveFeatures.Count)]
public struct HostValues
{
    private float _first;

    public static HostValues None
    {
        get
        {
            var none = default(HostValues);
            ((Span<float>)none).Fill(float.NaN);
            return none;
        }
    }
}

/// <summary>What one frame, or one score of it, says of a node.</summary>
/// <param name="Frame">A frame; else only the score.</param>
/// <param name="Mounts">Kinds of shared filesystem that it tells of, a bit each: Lustre, GPFS, NFS.</param>
public readonly record struct HostSample(NodeKey Node, long TimeMs, HostValues Values, bool Frame, byte Mounts);
