namespace Tocsin.Integration.Live;

internal static class StressNg
{
    public const string Program = "/usr/bin/stress-ng";

    /// <summary>A rank of a quiet job: some memory that is kept, a twentieth of a CPU.</summary>
    public const string Calm = "--vm 1 --vm-bytes 64M --vm-hang 0 --cpu 1 --cpu-load 5 --timeout 600s";

    /// <summary>Memory that something holds on to.</summary>
    public static readonly string[] Leak = [Program, "--vm", "1", "--vm-bytes", "400M", "--vm-hang", "0", "--timeout", "600s"];
}
