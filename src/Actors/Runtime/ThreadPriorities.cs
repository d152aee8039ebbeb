using System.Runtime.InteropServices;

namespace Tocsin.Actors.Runtime;

internal static class ThreadPriorities
{
    private const int PrioProcess = 0, Least = 19;

    /// <summary>Five steps are a third of a normal thread's weight. Not the least of all: a collection runs on the thread that asked for the memory while every other thread stands still, so
    /// that whoever gets 1.5 % of a busy core makes all of them wait for it. With 19 steps that was 2.7 s at the worst (docs/PERFORMANCE.md, tuning beside alerts).</summary>
    private const int Steps = 5;

    /// <summary>.NET ignores Thread.Priority on Linux; there niceness belongs to the thread, and setpriority(2) with 0 means the calling one. Counted from the process's own (its first thread's), so
    /// that a thread started by a lowered one is no lower.
    /// Should it fail (it needs no right to be nicer), the thread runs at normal priority, which is slower for others and wrong for nobody.</summary>
    public static void LowerThis()
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(PrioProcess, 0, Math.Min(Least, GetPriority(PrioProcess, (uint)Environment.ProcessId) + Steps));
        else
            Thread.CurrentThread.Priority = ThreadPriority.Lowest;
    }

    [DllImport("libc", EntryPoint = "getpriority")]
    private static extern int GetPriority(int which, uint who);

    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, uint who, int priority);
}
