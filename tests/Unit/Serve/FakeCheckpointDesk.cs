using Tocsin.Daemon.Serve.Acting;

namespace Tocsin.Unit.Serve;

/// <summary>Job 7 is user 1000's, job 8 another's; says what it was asked.</summary>
internal sealed class FakeCheckpointDesk : ICheckpointDesk
{
    public List<string> Said { get; } = [];

    /// <summary>Of action that a question brings; null: none.</summary>
    public long? Action { get; set; } = 17;

    public Task<CheckpointAdvice> AdviseAsync(long jobId, uint uid, CancellationToken stop) =>
        Task.FromResult(new CheckpointAdvice(Of(jobId, uid, "advise"), true, "cn1 will likely fail", 1_769_860_000_000, Action));

    public Task<CheckpointAnswer> AskAsync(long jobId, uint uid, CancellationToken stop) => Task.FromResult(new CheckpointAnswer(Of(jobId, uid, "ask"), Action, "asked for by its owner"));

    public Task<AcknowledgeAnswer> AcknowledgeAsync(long jobId, uint uid, long actionId, bool written, double seconds, CancellationToken stop) =>
        Task.FromResult(new AcknowledgeAnswer(Of(jobId, uid, FormattableString.Invariant($"ack {actionId} {written} {seconds}")), actionId == 17, "said"));

    public Task<RegisterAnswer> RegisterAsync(long jobId, uint uid, string signal, CancellationToken stop) =>
        Task.FromResult(new RegisterAnswer(Of(jobId, uid, $"register {signal}"), true, "registered"));

    private JobStanding Of(long jobId, uint uid, string what)
    {
        Said.Add(what);
        return jobId == 9 ? JobStanding.Away : jobId is not (7 or 8) ? JobStanding.Unknown : jobId == 7 && uid == 1000 ? JobStanding.Known : JobStanding.NotYours;
    }
}
