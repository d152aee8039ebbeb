using System.Diagnostics;

namespace Tocsin.Daemon.Benches;

internal static class ProcessMemory
{
    /// <summary>The most that the process ever had in memory: Linux's VmHWM, elsewhere the runtime's word for it.</summary>
    public static long PeakBytes
    {
        get
        {
            const string Status = "/proc/self/status";
            var line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
            return line is null
                ? Process.GetCurrentProcess().PeakWorkingSet64
                : long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
        }
    }
}
