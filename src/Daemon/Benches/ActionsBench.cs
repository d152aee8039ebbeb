using System.Diagnostics;
using Tocsin.Actors.Simulation.Acting;
using Tocsin.Shared;

namespace Tocsin.Daemon.Benches;

/// <summary>The supervisor on a simulated Slurm, killed at each point of its writes and, seed by seed, with everything else that can go wrong: see <see cref="ActingScenario"/>.</summary>
internal static class ActionsBench
{
    private const int Seeds = 1000;

    public static Bench Create() => new(
        "actions", $"actions on a cluster under crashes, zombies and other hands, {Seeds} seeds (--seeds N, --first SEED, --seed ONE)", () => Run(new BenchData(null, null, null)))
    { OnData = Run };

    /// <exception cref="BadDataException">A seed failed: which, and what did not hold.</exception>
    private static Dictionary<string, double> Run(BenchData data)
    {
        var count = data.Count ?? Seeds;
        var (clock, lives, actions, effects, unknown, moved) = (Stopwatch.StartNew(), 0L, 0L, 0L, 0L, 0L);
        if (count > 1)
            CrashEverywhere();
        for (var i = 0; i < count; i++)
        {
            var seed = (ulong)(data.First + i);
            var outcome = new ActingScenario(seed).Run();
            if (outcome.Failure is { } why)
                throw new BadDataException($"seed {seed}: {why}\ntocsin bench actions --seed {seed}");
            (lives, actions, effects, unknown, moved) = (lives + outcome.Lives, actions + outcome.Actions, effects + outcome.Effects, unknown + outcome.Unknown, moved + (outcome.Moved ? 1 : 0));
        }
        Console.WriteLine($"{count} seeds, {lives} lives of supervisors, {actions} actions with {effects} effects, {unknown} left to a human, {moved} jobs moved, {clock.Elapsed.TotalSeconds:0.0} s: no action had two effects, each ended as what it was, no drain of others was taken back");
        return new() { ["seeds"] = count, ["lives"] = lives, ["actions"] = actions, ["effects"] = effects, ["unknown"] = unknown, ["moved"] = moved, ["seconds"] = clock.Elapsed.TotalSeconds };
    }

    private static void CrashEverywhere()
    {
        var calm = new ActingScenario(1, crashPoint: -1, hostile: false);
        calm.Run();
        foreach (var point in calm.Points)
        {
            if (new ActingScenario(1, point, hostile: false).Run().Failure is { } why)
                throw new BadDataException($"killed at point {point}: {why}");
        }
        Console.WriteLine($"killed at each of the {calm.Points.Count} points of its writes while something was done: at most one effect an action");
    }
}
