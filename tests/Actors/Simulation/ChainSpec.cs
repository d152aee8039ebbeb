using Tocsin.Actors.Simulation;
using Tocsin.Actors.Simulation.Chain;
using Xunit.Abstractions;

namespace Tocsin.ActorTests.Simulation;

/// <summary>The whole way from the log to the sinks; <c>tocsin bench simulate</c> is the same over many more seeds.</summary>
public sealed class ChainSpec(ITestOutputHelper output)
{
    [Fact]
    public void Undisturbed_inputs_give_alerts_of_every_source()
    {
        var lines = Enumerable.Range(0, 16).SelectMany(i => ChainScenario.Expected(i).Lines).ToList();
        foreach (var line in ChainScenario.Expected(0).Lines)
            output.WriteLine(line);
        Assert.Contains(lines, l => l.StartsWith("alert", StringComparison.Ordinal) && l.Contains("kind Thermal", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("TocsinNodeDown", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("TocsinNodeStale", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.StartsWith("dead letter", StringComparison.Ordinal));
    }

    [Fact]
    public void Whatever_crashes_fails_or_comes_twice_the_alerts_are_those_of_an_undisturbed_run()
    {
        var crashes = 0L;
        for (ulong seed = 0; seed < 300; seed++)
        {
            var report = Simulator.Explore(() => ChainScenario.Of(seed), seed, 1, ChainScenario.Options);
            crashes += report.Crashes;
            output.WriteLine($"{seed}: {report}");
        }
        Assert.True(crashes > 60, $"{crashes} crashes");
    }
}
