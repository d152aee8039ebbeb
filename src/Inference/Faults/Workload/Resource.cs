namespace Tocsin.Inference.Faults.Workload;

/// <summary>What tasks ask for; the numbers are those of <see cref="HostFeatures"/>.</summary>
internal static class Resource
{
    public const int Count = HostFeatures.PaperCount;

    /// <summary>Of a host of 4 GB: MIPS, MB, MB/s, MB/s, MB, MB/s, MB/s. One of 8 GB has twice the memory. Intensities of tasks are shares of these.</summary>
    public static readonly float[] Small = [4_000, 4_096, 4_000, 4_000, 32_768, 120, 120];

    /// <summary>Throughputs and the CPU: what is not done in an interval is asked for again in the next. Memory and disk are held, not done.</summary>
    public static bool Spills(int resource) => resource is not (HostFeatures.Ram or HostFeatures.Disk);
}
