namespace Tocsin.Checkpointing.Slurm;

/// <param name="Output">Of a program that ended with 0 in time; else empty.</param>
/// <param name="Failure">One line; null = it ended with 0 in time.</param>
/// <param name="Unsure">It was ended by its limit of time or of output: it may have had its effect.</param>
public sealed record ProgramAnswer(string Output, string? Failure = null, bool Unsure = false)
{
    /// <summary>Slurm's own words where it was sent something and no answer came: its programs end with 1, as where it refused, and the controller may do it all the same
    /// once it can. Where it could not be reached at all ("connect failure") nothing was sent.</summary>
    private static readonly string[] NoAnswer = ["timed out", "send failure", "receive failure", "shutdown failure", "Zero Bytes", "Unexpected message"];

    /// <summary>Nobody knows whether it had its effect.</summary>
    public bool MayHaveHappened => Unsure || (Failure is { } why && NoAnswer.Any(w => why.Contains(w, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>Runs one program of Slurm: no shell, nothing on its input, times as unix seconds in UTC, an end to its time and its output. Failures are answers.</summary>
public interface ISlurmPrograms
{
    /// <param name="program">scontrol, scancel, sinfo or squeue.</param>
    Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken stop);
}
