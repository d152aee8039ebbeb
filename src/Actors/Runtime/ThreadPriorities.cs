using System.Runtime.InteropServices;

namespace Tocsin.Actors.Runtime;

internal static class ThreadPriorities
{
    private const int PrioProcess = 0;

    /// <summary>The kernel gives nice 19 a weight of 15 where a normal thread has 1024: on a busy core about 1.5 % of it.</summary>
    private const int Nice = 19;

    /// <summary>.NET ignores Thread.Priority on Linux; there niceness belongs to the thread, and setpriority(2) with 0 means the calling one.
    /// Should it fail (it needs no right to be nicer), the thread runs at normal priority, which is slower for others and wrong for nobody.</summary>
    public static void LowerThis()
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(PrioProcess, 0, Nice);
        else
            Thread.CurrentThread.Priority = ThreadPriority.Lowest;
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, uint who, int priority);
}
