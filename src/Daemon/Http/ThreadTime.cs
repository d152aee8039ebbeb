using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tocsin.Daemon.Http;

/// <summary>Processor time of the calling thread. Its differences say what a piece of synchronous work took, whoever else had the processor meanwhile.</summary>
internal static class ThreadTime
{
    private const int OfThisThread = 3;

    /// <summary>Beyond Linux, time as it passes.</summary>
    public static TimeSpan Now =>
        OperatingSystem.IsLinux() && GetTime(OfThisThread, out var time) == 0
            ? new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
            : Stopwatch.GetElapsedTime(0);

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, out Time time);

    /// <summary>The C library's <c>timespec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
