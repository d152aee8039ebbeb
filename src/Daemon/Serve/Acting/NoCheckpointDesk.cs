namespace Tocsin.Daemon.Serve.Acting;

/// <summary>Where nothing decides about jobs.</summary>
internal sealed class NoCheckpointDesk : ICheckpointDesk
{
    private const string Why = "nothing decides about jobs here";

    public Task<CheckpointAdvice> AdviseAsync(long jobId, uint uid, CancellationToken stop) => Task.FromResult(new CheckpointAdvice(JobStanding.Away, false, Why));

    public Task<CheckpointAnswer> AskAsync(long jobId, uint uid, CancellationToken stop) => Task.FromResult(new CheckpointAnswer(JobStanding.Away, null, Why));

    public Task<AcknowledgeAnswer> AcknowledgeAsync(long jobId, uint uid, long actionId, bool written, double seconds, CancellationToken stop) =>
        Task.FromResult(new AcknowledgeAnswer(JobStanding.Away, false, Why));

    public Task<RegisterAnswer> RegisterAsync(long jobId, uint uid, string signal, CancellationToken stop) => Task.FromResult(new RegisterAnswer(JobStanding.Away, false, Why));
}
