using Tocsin.Actors.Simulation;
using Tocsin.Actors.Simulation.Chain;
using Xunit.Abstractions;

namespace Tocsin.ActorTests.Simulation;

/// <summary>The whole way from the log to the sinks; <c>tocsin bench simulate</c> is the same over many more seeds.</summary>
public sealed class ChainSpec(ITestOutputHelper output)
{
    private const int Seeds = 60;

    [Fact]
    public void Undisturbed_inputs_give_alerts_of_every_source()
    {
        var lines = Enumerable.Range(0, 16).SelectMany(i => ChainScenario.Expected(i).Lines).ToList();
        foreach (var alert in (string[])["TocsinNodeFault", "TocsinNodeDown", "TocsinNodeSilent"])
            Assert.Contains(lines, l => l.StartsWith("alert", StringComparison.Ordinal) && l.Contains(alert, StringComparison.Ordinal));
        foreach (var kind in (string[])["segment", "run", "node"])
            Assert.Contains(lines, l => l.StartsWith(kind, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.StartsWith("dead letter", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_verdict_mutes_is_counted_and_no_alert_where_others_have_one()
    {
        var judged = Enumerable.Range(0, 16).Where(i => i % 4 == 3).SelectMany(i => ChainScenario.Expected(i).Lines).ToList();
        bool Hot(string line, int node) => line.StartsWith("alert", StringComparison.Ordinal) && line.Contains("kind Thermal", StringComparison.Ordinal) && line.Contains($"nodes n{node}", StringComparison.Ordinal);
        Assert.DoesNotContain(judged, l => Hot(l, 0) || Hot(l, 2) || Hot(l, 4));
        Assert.Contains(Enumerable.Range(0, 16).Where(i => i % 4 != 3).SelectMany(i => ChainScenario.Expected(i).Lines), l => Hot(l, 0) || Hot(l, 2) || Hot(l, 4));
        output.WriteLine(string.Join('\n', judged.Where(l => l.StartsWith("verdict", StringComparison.Ordinal) || l.Contains("Thermal", StringComparison.Ordinal))));
        Assert.Contains(judged, l => l is "verdict 1 muted 1" or "verdict 1 muted 2");
    }

    [Fact]
    public void Whatever_crashes_fails_or_comes_twice_the_alerts_are_those_of_an_undisturbed_run()
    {
        long crashes = 0, steps = 0;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            var report = Simulator.Explore(() => ChainScenario.Of(seed), seed, 1, ChainScenario.Options);
            crashes += report.Crashes;
            steps += report.Steps;
        }
        output.WriteLine($"{Seeds} seeds, {steps} steps, {crashes} crashes");
        Assert.True(crashes > Seeds, $"{crashes} crashes");
    }

    [Fact]
    public void A_crash_at_any_point_of_the_stores_writes_changes_nothing()
    {
        const int Input = 3;
        var calm = ChainScenario.CrashAt(Input, 0);
        Assert.Null(Simulator.Run(() => calm, 1).Failure);
        // Every one is 'tocsin bench simulate'; the step is prime, so that over all commits each kind of point comes.
        for (var point = 1; point <= calm.Points; point += 13)
        {
            var at = point;
            var run = Simulator.Run(() => ChainScenario.CrashAt(Input, at), 1);
            Assert.True(run.Failure is null, $"a crash at point {at} of {calm.Points}: {run.Failure?.Message}");
            Assert.Equal(1, run.Crashes);
        }
        output.WriteLine($"{calm.Points} points");
    }

    [Theory]
    [InlineData(ChainFlaw.AnyEpoch)]
    [InlineData(ChainFlaw.OffsetTooFar)]
    [InlineData(ChainFlaw.PublishedTooSoon)]
    [InlineData(ChainFlaw.DeliveredTooSoon)]
    public void A_product_that_leaves_out_one_of_its_rules_is_found_out_and_its_seed_fails_again(ChainFlaw flaw)
    {
        var faults = ChainFaults.Usual with { Flaw = flaw };
        for (ulong seed = 0; seed < 200; seed++)
        {
            var of = seed;
            if (Simulator.Run(() => ChainScenario.Of(of, faults), seed, ChainScenario.Options).Failure is not { } failure)
                continue;
            output.WriteLine($"{flaw}: {failure.InnerException!.Message}");
            output.WriteLine($"found by seed {seed}");
            Assert.Equal(failure.Message, Simulator.Run(() => ChainScenario.Of(of, faults), seed, ChainScenario.Options).Failure!.Message);
            return;
        }
        Assert.Fail($"{flaw} was not found out");
    }
}
