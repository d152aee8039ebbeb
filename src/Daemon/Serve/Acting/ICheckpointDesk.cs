namespace Tocsin.Daemon.Serve.Acting;

/// <summary>Whose word it is, after the job's owner was looked up.</summary>
internal enum JobStanding
{
    Known = 0,

    /// <summary>No such job runs.</summary>
    Unknown = 1,

    /// <summary>The user who asks does not own it.</summary>
    NotYours = 2,

    /// <summary>Nothing decides: actions are not configured, or the supervisor is not there yet. Ask again.</summary>
    Away = 3,

    /// <summary>The job has said so too often: later.</summary>
    TooOften = 4,
}

/// <summary>"Should I checkpoint now?"</summary>
/// <param name="Now">False for every standing but Known.</param>
/// <param name="Reason">One sentence, always.</param>
/// <param name="NextMs">When the next one is planned, unix milliseconds; null = none is.</param>
/// <param name="ActionId">A signal that waits for the job's acknowledgement; null = none does.</param>
internal sealed record CheckpointAdvice(JobStanding Standing, bool Now, string Reason, long? NextMs = null, long? ActionId = null);

/// <param name="ActionId">Of the signal that is proposed, or of one that was under way already; null = none, and <paramref name="Reason"/> says why.</param>
/// <param name="Reason">One sentence, always.</param>
internal sealed record CheckpointAnswer(JobStanding Standing, long? ActionId, string Reason);

/// <param name="Taken">It is stored: also where the same was said before.</param>
/// <param name="Reason">One sentence, always.</param>
internal sealed record AcknowledgeAnswer(JobStanding Standing, bool Taken, string Reason);

/// <param name="Registered">It is stored: signals may be sent to the job as long as it runs.</param>
internal sealed record RegisterAnswer(JobStanding Standing, bool Registered, string Reason);

/// <summary>What a job may ask and say, once it is known which user asks. Everything that it answers with "taken" is stored by then. Any thread.</summary>
/// <remarks>Throws <see cref="Shared.DependencyException"/> where the store or the log cannot be reached now.</remarks>
internal interface ICheckpointDesk
{
    Task<CheckpointAdvice> AdviseAsync(long jobId, uint uid, CancellationToken stop);

    /// <summary>The owner wants a checkpoint: an action Signal is proposed, under the same preconditions and brakes as any other.</summary>
    Task<CheckpointAnswer> AskAsync(long jobId, uint uid, CancellationToken stop);

    /// <summary>The client in the job has written a checkpoint, or could not. Idempotent by action id. Teaches what checkpoints cost, and makes a requeue possible.</summary>
    /// <param name="actionId">As Slurm's signal meant it (<see cref="CheckpointAdvice.ActionId"/>); 0 = one that the job wrote of itself.</param>
    /// <param name="seconds">That it took, 0 to 86,400.</param>
    Task<AcknowledgeAnswer> AcknowledgeAsync(long jobId, uint uid, long actionId, bool written, double seconds, CancellationToken stop);

    /// <summary>A client in the job handles the signal: its owner's consent to be sent it.</summary>
    /// <param name="signal">USR1 or USR2.</param>
    Task<RegisterAnswer> RegisterAsync(long jobId, uint uid, string signal, CancellationToken stop);
}
