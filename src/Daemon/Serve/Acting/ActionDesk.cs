using System.Globalization;
using Tocsin.Actors.Log;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Acting;

/// <summary>Puts words into the log, waits until the supervisor has committed what came of them, and shows what it has committed.</summary>
/// <param name="picture">Slurm's latest answer, in which the owner of a job is looked up.</param>
/// <param name="refresh">Asks Slurm anew: a job that began a moment ago is in no picture yet. Why it could not, if so.</param>
/// <param name="one">Asks Slurm for one job: a run that began after the picture was taken is told by its job first.</param>
internal sealed class ActionDesk(
    SupervisorOptions options, SupervisorBoard board, Func<ILog> log, Func<ClusterPicture?> picture, Func<CancellationToken, Task<string?>> refresh,
    Func<long, CancellationToken, Task<(JobPicture? Job, string? Why)>> one, TimeProvider clock) : IActionDesk, ICheckpointDesk
{
    private const double MostSeconds = 86_400;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public SupervisorView? View => board.View;

    public SupervisorOptions Options => options;

    SupervisorOptions? IActionDesk.Options => options;

    public void CheckAsked(long nowMs) => board.CheckAsked(nowMs);

    public async Task<ControlAnswer> SayAsync(OperatorSaid said, CancellationToken stop) => await AnswerAsync(await ControlLog.AppendAsync(log(), said).WaitAsync(stop), stop);

    public async Task<CheckpointAdvice> AdviseAsync(long jobId, uint uid, CancellationToken stop)
    {
        var (standing, why, job) = await FindAsync(jobId, uid, stop);
        if (job is null)
            return new CheckpointAdvice(standing, false, why);
        if (board.View is not { } view)
            return new CheckpointAdvice(JobStanding.Away, false, "nothing was decided yet: ask again in a minute");
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var asked = view.Actions.Values.LastOrDefault(a => a is { Action.Kind: ActionKind.Signal, Acknowledged: false } && a.Action.Job == job.Identity && (a.Happened || a.Action.State is Started) && now - (a.EndedMs ?? now) < 600_000);
        if (asked is not null)
            return new CheckpointAdvice(JobStanding.Known, true, asked.Action.Sentence, now, asked.Action.Id.Number);
        if (view.Plans.GetValueOrDefault(job.Id) is not { } plan)
            return new CheckpointAdvice(JobStanding.Known, false, "the job has only begun: nothing was decided for it yet", null);
        return plan.Advice switch
        {
            Hold { Reason: HoldReason.NotYet, LookAgainMs: var due } when due <= now && plan.Row.SavedMs < due => new CheckpointAdvice(JobStanding.Known, true, "checkpoint now: the one that was planned is due", now),
            Hold hold => new CheckpointAdvice(JobStanding.Known, false, hold.Sentence, hold.LookAgainMs is > 0 and < long.MaxValue ? hold.LookAgainMs : null),
            var act => new CheckpointAdvice(JobStanding.Known, true, act.Sentence, now),
        };
    }

    public async Task<CheckpointAnswer> AskAsync(long jobId, uint uid, CancellationToken stop)
    {
        var (standing, why, job) = await FindAsync(jobId, uid, stop);
        if (job is null)
            return new CheckpointAnswer(standing, null, why);
        var answer = await SayAsync(new JobSaid(JobWord.Ask, job.Identity, 0, false, 0, null), stop);
        return new CheckpointAnswer(JobStanding.Known, answer.Action, answer.Says);
    }

    public async Task<AcknowledgeAnswer> AcknowledgeAsync(long jobId, uint uid, long actionId, bool written, double seconds, CancellationToken stop)
    {
        var (standing, why, job) = await FindNowAsync(jobId, uid, stop);
        if (job is null)
            return new AcknowledgeAnswer(standing, false, why);
        if (seconds is not (>= 0 and <= MostSeconds))
            return new AcknowledgeAnswer(JobStanding.Known, false, string.Create(CultureInfo.InvariantCulture, $"seconds: expected 0 to {MostSeconds}"));
        var answer = await SayAsync(new JobSaid(JobWord.Acknowledge, job.Identity, actionId, written, seconds, null), stop);
        return new AcknowledgeAnswer(answer.Status == 429 ? JobStanding.TooOften : JobStanding.Known, answer.Status == 200, answer.Says);
    }

    public async Task<RegisterAnswer> RegisterAsync(long jobId, uint uid, string signal, CancellationToken stop)
    {
        var (standing, why, job) = await FindNowAsync(jobId, uid, stop);
        if (job is null)
            return new RegisterAnswer(standing, false, why);
        if (signal is not ("USR1" or "USR2"))
            return new RegisterAnswer(JobStanding.Known, false, $"signal '{OneLine.Of(signal, 20)}': expected USR1 or USR2");
        var answer = await SayAsync(new JobSaid(JobWord.Register, job.Identity, 0, false, 0, signal), stop);
        return new RegisterAnswer(JobStanding.Known, answer.Status == 200, answer.Says);
    }

    private async Task<(JobStanding Standing, string Why, JobPicture? Job)> FindAsync(long jobId, uint uid, CancellationToken stop)
    {
        var job = picture()?.ByRawId(jobId);
        if (job is null || job.Uid != uid)
        {
            // It may have begun, or its id may have been given anew, since Slurm was asked.
            if (await refresh(stop) is { } busy)
                return (JobStanding.Away, $"Slurm cannot be asked now: {busy}", null);
            job = picture()?.ByRawId(jobId);
        }
        if (picture() is null)
            return (JobStanding.Away, "Slurm has not answered yet", null);
        return Standing(jobId, uid, job);
    }

    /// <summary>The run that says so, not the one before it that the picture may still show: a word about that one would be lost with it.</summary>
    private async Task<(JobStanding Standing, string Why, JobPicture? Job)> FindNowAsync(long jobId, uint uid, CancellationToken stop)
    {
        var (job, why) = await one(jobId, stop);
        return why is null ? Standing(jobId, uid, job) : (JobStanding.Away, $"Slurm cannot be asked now: {why}", null);
    }

    private static (JobStanding Standing, string Why, JobPicture? Job) Standing(long jobId, uint uid, JobPicture? job) =>
        job is null ? (JobStanding.Unknown, string.Create(CultureInfo.InvariantCulture, $"no job {jobId} runs"), null)
        : job.Uid == uid ? (JobStanding.Known, "", job)
        : (JobStanding.NotYours, string.Create(CultureInfo.InvariantCulture, $"job {jobId} is another user's"), null);

    private async Task<ControlAnswer> SayAsync(JobSaid said, CancellationToken stop) => await AnswerAsync(await ControlLog.AppendAsync(log(), said).WaitAsync(stop), stop);

    private Task<ControlAnswer> AnswerAsync(long offset, CancellationToken stop) => board.AnswerAsync(offset, Limit, clock, stop);
}
