using System.Diagnostics;

namespace Tocsin.Daemon.Benches;

internal static class Timing
{
    /// <summary>Seconds of one call: the least of many tries of about 1 ms: on a machine with other work some of them are not interrupted.</summary>
    public static double Least(Action call, int tries = 100)
    {
        call();
        var once = Seconds(call, 1);
        var calls = Math.Clamp((int)(0.001 / Math.Max(once, 1e-9)), 1, 1_000_000);
        var least = double.MaxValue;
        for (var i = 0; i < tries; i++)
            least = Math.Min(least, Seconds(call, calls) / calls);
        return least;
    }

    private static double Seconds(Action call, int calls)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
            call();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
