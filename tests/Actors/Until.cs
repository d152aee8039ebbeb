using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Tocsin.ActorTests;

internal static class Until
{
    /// <summary>Waits for readiness that nobody announces, with a limit.</summary>
    public static void True(Func<bool> ready, [CallerArgumentExpression(nameof(ready))] string what = "")
    {
        var start = Stopwatch.GetTimestamp();
        while (!ready())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Probe.Limit, $"never: {what}");
            Thread.Yield();
        }
    }
}
