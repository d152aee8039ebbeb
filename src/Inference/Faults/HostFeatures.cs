namespace Tocsin.Inference.Faults;

/// <summary>The features of a host in an interval, in the order of their columns. A column may be absent (NaN) for a host and interval.</summary>
public static class HostFeatures
{
    /// <summary>Share of the host's cores that work, 0 to 1.</summary>
    public const int Cpu = 0;

    /// <summary>Share of the host's memory in use, 0 to 1.</summary>
    public const int Ram = 1;

    /// <summary>Memory throughput, share of what the host can do, 0 to 1.</summary>
    public const int RamRead = 2;

    /// <summary>As <see cref="RamRead"/>.</summary>
    public const int RamWrite = 3;

    /// <summary>Share of the host's disk in use, 0 to 1.</summary>
    public const int Disk = 4;

    /// <summary>Disk throughput, share of what the host can do, 0 to 1.</summary>
    public const int DiskRead = 5;

    /// <summary>As <see cref="DiskRead"/>.</summary>
    public const int DiskWrite = 6;

    /// <summary>Tocsin's score of the node as a multiple of its alarm threshold; NaN where there is none (always, in the simulator).</summary>
    public const int Anomaly = 7;

    /// <summary>Without the anomaly score: what the paper's data set has.</summary>
    public const int PaperCount = 7;

    public const int Count = 8;

    public static IReadOnlyList<string> Names { get; } =
        ["cpu", "ram", "ram_read", "ram_write", "disk", "disk_read", "disk_write", "anomaly"];
}
