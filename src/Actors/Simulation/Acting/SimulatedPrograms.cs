using Tocsin.Checkpointing.Slurm;

namespace Tocsin.Actors.Simulation.Acting;

/// <summary>How commands go wrong.</summary>
/// <param name="SilentOneIn">It does not answer in time, and had its effect or not. 0 = never.</param>
/// <param name="RefusedOneIn">It is refused and has no effect.</param>
/// <param name="SlowS">Longest time to its effect, and again to its answer.</param>
public sealed record CommandFaults(int SilentOneIn = 0, int RefusedOneIn = 0, double SlowS = 0.2);

/// <summary>The way of one action's errand to the simulated Slurm: each command takes virtual time, and its effect comes when it comes, whether or not anybody waits for it still.</summary>
public sealed class SimulatedPrograms(SimulatedSlurm slurm, ActingWorld world, CommandFaults faults, long action) : ISlurmPrograms
{
    /// <summary>Slurm is away altogether: asked each time.</summary>
    public Func<bool> Away { get; init; } = () => false;

    public Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken stop)
    {
        var done = new TaskCompletionSource<ProgramAnswer>();
        var asks = program is "sinfo" or "squeue" || arguments[0] == "--oneliner";
        var toEffect = world.Draw(Math.Min(faults.SlowS, limit.TotalSeconds / 2));
        var silent = Away() || world.OneIn(faults.SilentOneIn);
        var refused = !asks && world.OneIn(faults.RefusedOneIn);
        var lost = silent && world.OneIn(2);
        ProgramAnswer? answer = null;
        world.After(toEffect, () =>
        {
            if (!Away() && !lost && !refused)
                answer = slurm.Do(program, arguments, action);
        });
        // The program is killed at its limit: what it had not done by then it does not do.
        world.After(silent ? limit.TotalSeconds : toEffect + world.Draw(Math.Min(faults.SlowS, (limit.TotalSeconds - toEffect) / 2)), () => done.SetResult(
            refused ? new ProgramAnswer("", $"{program} ended with 1: not now")
            : silent || answer is null ? new ProgramAnswer("", $"{program} did not end within {limit.TotalSeconds:F0} s", Unsure: true)
            : answer));
        return done.Task;
    }
}
