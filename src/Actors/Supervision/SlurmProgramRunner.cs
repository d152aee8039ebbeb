using System.Globalization;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Actors.Supervision;

/// <summary>The executor's way to the real programs of Slurm. Beside the gate of the pollers: an action has a lease that ends, a question can wait.</summary>
/// <remarks>
/// A command outlives a process that is killed with SIGKILL, and nobody would end it then. So each is started under <c>timeout</c> of coreutils where that exists: its clock goes
/// on, and ends the command <see cref="ActionLimits.OrphanMs"/> after its limit. While the process lives its own limit comes first and tells what happened. A successor waits
/// for both before it looks (<c>ActionRules.Recover</c>). Without <c>timeout</c> an orphan ends when Slurm's own patience does (SlurmctldTimeout, MessageTimeout).
/// </remarks>
public sealed class SlurmProgramRunner(SlurmPrograms programs, TimeProvider time) : ISlurmPrograms
{
    /// <summary>The picture of a whole cluster: about 0.9 KB a running job, and 0.8 KB a node and partition.</summary>
    private const int MostBytes = 64 << 20;

    /// <summary>What <c>timeout</c> ends with where it ended the command by SIGKILL.</summary>
    private const int Killed = 128 + 9;

    /// <summary>Null: there is none.</summary>
    private static readonly string? Timeout = ((string[])["/usr/bin/timeout", "/bin/timeout"]).FirstOrDefault(File.Exists);

    public async Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken stop)
    {
        var path = programs.Path(program);
        var command = Timeout is null
            ? new CommandLimits(path, arguments, programs.Environment(), limit, MostBytes)
            : new CommandLimits(Timeout, [.. Limited(limit), path, .. arguments], programs.Environment(), limit, MostBytes) { Name = program };
        var outcome = await BoundedCommand.RunAsync(command, time, stop);
        // A machine that stood still may let the other clock win: whether it had its effect is as unknown as at our own limit.
        return new ProgramAnswer(outcome.Output, outcome.Failure, outcome.TooMuch || (Timeout is not null && outcome.ExitCode == Killed));
    }

    private static IEnumerable<string> Limited(TimeSpan limit) =>
        ["-s", "KILL", (limit + TimeSpan.FromMilliseconds(Checkpointing.Actions.ActionLimits.OrphanMs)).TotalSeconds.ToString("F3", CultureInfo.InvariantCulture)];
}
