using Tocsin.Checkpointing.Slurm;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Actors.Supervision;

/// <summary>The executor's way to the real programs of Slurm. Beside the gate of the pollers: an action has a lease that ends, a question can wait.</summary>
public sealed class SlurmProgramRunner(SlurmPrograms programs, TimeProvider time) : ISlurmPrograms
{
    /// <summary>The picture of a whole cluster: about 0.9 KB a running job, and 0.8 KB a node and partition.</summary>
    private const int MostBytes = 64 << 20;

    public async Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken stop)
    {
        var outcome = await BoundedCommand.RunAsync(new CommandLimits(programs.Path(program), arguments, programs.Environment(), limit, MostBytes), time, stop);
        return new ProgramAnswer(outcome.Output, outcome.Failure, outcome.TooMuch);
    }
}
