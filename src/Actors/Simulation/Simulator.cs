using System.Globalization;

namespace Tocsin.Actors.Simulation;

/// <param name="Hash">Of all that happened, in order.</param>
/// <param name="Failure">Null where all held.</param>
public sealed record SimulationRun(ulong Seed, ulong Hash, int Steps, int Crashes, TimeSpan VirtualTime, SimulationFailedException? Failure);

/// <param name="Orders">How many different traces the seeds gave.</param>
public sealed record ExploreReport(int Seeds, int Orders, long Steps, long Crashes, TimeSpan VirtualTime);

public static class Simulator
{
    /// <summary>One seed, once. A seed that failed is run again with the same scenario and options.</summary>
    public static SimulationRun Run(Func<Scenario> scenario, ulong seed, SimulationOptions? options = null)
    {
        options ??= new();
        var made = scenario();
        var world = new World(made, seed, options);
        var steps = 0;
        SimulationFailedException? failure = null;
        try
        {
            world.Begin();
            while (!made.Done)
            {
                if (steps++ == options.MaxSteps)
                    throw new InvalidOperationException($"not done after {options.MaxSteps} steps");
                if (!world.Step() && !made.Done)
                    throw new InvalidOperationException("stuck: nothing is left to happen, and the scenario is not done");
            }
            made.CheckEnd();
        }
        catch (Exception e)
        {
            failure = Failure(seed, steps, world, e);
        }
        return new SimulationRun(seed, world.Trace.Hash, steps, world.Crashes, world.Now, failure);
    }

    /// <summary>Each seed twice: both runs must hold and must be the same to the last draw.</summary>
    /// <exception cref="SimulationFailedException">The first seed that failed, with what happened last.</exception>
    public static ExploreReport Explore(Func<Scenario> scenario, ulong firstSeed, int seeds, SimulationOptions? options = null)
    {
        var orders = new HashSet<ulong>();
        long steps = 0, crashes = 0;
        var time = TimeSpan.Zero;
        for (var i = 0; i < seeds; i++)
        {
            var seed = firstSeed + (ulong)i;
            var first = Run(scenario, seed, options);
            var second = Run(scenario, seed, options);
            if (first.Hash != second.Hash)
            {
                throw new SimulationFailedException(
                    seed, $"seed {seed} is not deterministic: {first.Steps} steps, hash {first.Hash:x16}; then {second.Steps} steps, hash {second.Hash:x16}", first.Failure);
            }
            if (first.Failure is not null)
                throw first.Failure;
            orders.Add(first.Hash);
            steps += first.Steps;
            crashes += first.Crashes;
            time += first.VirtualTime;
        }
        return new ExploreReport(seeds, orders.Count, steps, crashes, time);
    }

    private static SimulationFailedException Failure(ulong seed, int steps, World world, Exception cause)
    {
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"seed {seed} failed in step {steps} at {world.Now.TotalSeconds:0.000000} s: {cause.Message}\nRun it again with Simulator.Run(scenario, {seed}). Its last steps:\n{world.Trace.Tail()}");
        return new SimulationFailedException(seed, message, cause);
    }
}
