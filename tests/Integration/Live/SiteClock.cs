using System.Diagnostics;
using Xunit.Abstractions;

namespace Tocsin.Integration.Live;

/// <summary>Says in the test's output what happened when.</summary>
internal sealed class SiteClock(ITestOutputHelper output)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Say(string what) => output.WriteLine($"{_clock.Elapsed.TotalSeconds,6:F1} s  {what}");
}
