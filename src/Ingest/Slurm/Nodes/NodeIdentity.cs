using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Ingest.Slurm.Nodes;

/// <summary>What a node is made of, as far as it was seen; null = not seen. Its metrics' levels hold as long as this does.</summary>
/// <param name="Hardware"><c>serial ...</c> or <c>model ...</c>: another one is another machine under the same name.</param>
/// <param name="BootMs">Unix milliseconds; measured from the time since, so it wavers with the clock.</param>
public sealed record NodeIdentity(string? Kernel, string? Bios, string? Driver, string? Hardware, long? BootMs) : IWire<NodeIdentity>
{
    private const int Fields = 5;

    public static NodeIdentity Unknown { get; } = new(null, null, null, null, null);

    /// <summary>What <paramref name="seen"/> shows, over what was known.</summary>
    public NodeIdentity With(NodeIdentity seen) => new(
        seen.Kernel ?? Kernel, seen.Bios ?? Bios, seen.Driver ?? Driver, seen.Hardware ?? Hardware, seen.BootMs ?? BootMs);

    public void Write(ref WireWriter writer)
    {
        writer.WriteRecord(1, Fields);
        writer.WriteOptionalString(Kernel);
        writer.WriteOptionalString(Bios);
        writer.WriteOptionalString(Driver);
        writer.WriteOptionalString(Hardware);
        writer.WriteOptionalInt(BootMs);
    }

    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out NodeIdentity? value)
    {
        value = null;
        if (!reader.TryBeginRecord(1, Fields, out var record)
            || !reader.TryReadOptionalString(4 * NodeState.MaxText, out var kernel)
            || !reader.TryReadOptionalString(4 * NodeState.MaxText, out var bios)
            || !reader.TryReadOptionalString(4 * NodeState.MaxText, out var driver)
            || !reader.TryReadOptionalString(4 * NodeState.MaxText, out var hardware)
            || !reader.TryReadOptionalInt64(out var boot)
            || !reader.TryEndRecord(record, Fields))
            return false;
        value = new NodeIdentity(kernel, bios, driver, hardware, boot);
        return true;
    }
}

/// <summary>What became of a node between two looks at it.</summary>
public enum NodeChangeKind
{
    /// <summary>The same machine, booted again.</summary>
    Rebooted,

    /// <summary>Another kernel, BIOS or driver: its levels may be others from now on.</summary>
    Upgraded,

    /// <summary>Another machine under the name: nothing that was known of the node holds.</summary>
    Replaced,
}

/// <param name="What">For the log and the evidence: <c>kernel 5.14.0 -> 6.1.0</c>. Hostile text.</param>
/// <param name="WarmUntilMs">Until then it is scored and nobody is told, and nothing is learned from it; unix milliseconds of event time.</param>
public sealed record NodeChange(NodeChangeKind Kind, string What, long WarmUntilMs);

/// <summary>When a node's past stops speaking for it.</summary>
public static class NodeIdentityRule
{
    /// <summary>After a boot: daemons start, caches fill.</summary>
    public const long WarmAfterBootMs = 600_000;

    /// <summary>After a change of kernel, BIOS, driver or machine.</summary>
    public const long WarmAfterChangeMs = 3_600_000;

    /// <summary>Boot times nearer than this are the same boot: clocks are set after it.</summary>
    public const long SameBootMs = 120_000;

    /// <summary>Null: nothing that was seen differs from what was known.</summary>
    /// <param name="nowMs">Event time.</param>
    public static NodeChange? Decide(NodeIdentity known, NodeIdentity seen, long nowMs)
    {
        if (Differs(known.Hardware, seen.Hardware) && Kind(known.Hardware!) == Kind(seen.Hardware!))
            return new NodeChange(NodeChangeKind.Replaced, $"machine {known.Hardware} -> {seen.Hardware}", nowMs + WarmAfterChangeMs);
        foreach (var (name, before, after) in new[] { ("kernel", known.Kernel, seen.Kernel), ("BIOS", known.Bios, seen.Bios), ("driver", known.Driver, seen.Driver) })
        {
            if (Differs(before, after))
                return new NodeChange(NodeChangeKind.Upgraded, $"{name} {before} -> {after}", nowMs + WarmAfterChangeMs);
        }
        return seen.BootMs is { } boot && boot - known.BootMs > SameBootMs
            ? new NodeChange(NodeChangeKind.Rebooted, "booted", Math.Max(nowMs, boot + WarmAfterBootMs))
            : null;
    }

    /// <summary>A serial number is not held against a model: an exporter that lost its rights shows less of the same machine.</summary>
    private static string Kind(string hardware) => hardware[..Math.Max(0, hardware.IndexOf(' '))];

    private static bool Differs(string? known, string? seen) => known is not null && seen is not null && known != seen;
}
