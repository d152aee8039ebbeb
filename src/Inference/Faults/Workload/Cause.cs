namespace Tocsin.Inference.Faults.Workload;

/// <summary>What was broken on purpose.</summary>
public enum Cause : byte
{
    None = 0,

    /// <summary>A task's memory grows until the host has none left.</summary>
    Leak = 1,

    /// <summary>A task spins: it asks for more and more of the CPU.</summary>
    Runaway = 2,

    /// <summary>A task fills the disk, writing.</summary>
    DiskFilling = 3,

    /// <summary>A task's working set goes round and round through memory and swap.</summary>
    Thrashing = 4,

    /// <summary>A host loses a part of its packets: everything on it stalls.</summary>
    NetworkLoss = 5,
}

/// <summary>From the cause to the class, and who is a victim. A host is a victim in an interval if a task with a cause runs on it then and takes, beyond what
/// it would take without, at least <see cref="Least"/> of the host's capacity of the resource in question; or if its own network loses packets.
/// Victimhood moves with the task: the host that it left is healthy from then on, however full its queues still are, and so is a host that is only
/// busy with work that fled from a victim. With several causes on one host the first of CPU, RAM, disk, network counts.</summary>
public static class Causes
{
    /// <summary>Share of the host's capacity.</summary>
    public const float Least = 0.05f;

    public static FaultClass ClassOf(Cause cause) => cause switch
    {
        Cause.Leak or Cause.Thrashing => FaultClass.Ram,
        Cause.Runaway => FaultClass.Cpu,
        Cause.DiskFilling => FaultClass.Disk,
        Cause.NetworkLoss => FaultClass.Network,
        _ => FaultClass.None,
    };

    /// <summary>The one that counts of two on one host.</summary>
    public static FaultClass First(FaultClass a, FaultClass b) =>
        a == FaultClass.None ? b : b == FaultClass.None ? a : (FaultClass)Math.Min((byte)a, (byte)b);
}
