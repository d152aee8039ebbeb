using System.Globalization;
using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision;

/// <summary>What jobs say of their own checkpoints.</summary>
public sealed partial class SupervisorShard
{
    private ControlAnswer Take(JobSaid said, long now)
    {
        if (!_state.Jobs.TryGetValue(said.Job.JobId, out var job))
            // Its owner was looked up in a picture that this memory has not seen yet.
            _state.Put(job = new JobRow(said.Job, said.Job.JobId, 0, "", 1, now, now, now));
        else if (IsNewer(said.Job, job.Identity))
            // It runs anew, and says so before Slurm was asked again.
            _state.Put(job = IsSameJob(job.Identity, said.Job) ? Anew(job, said.Job, now) : new JobRow(said.Job, said.Job.JobId, 0, "", 1, now, now, now));
        else if (job.Identity != said.Job)
            return new ControlAnswer(409, $"it is another run of the job now ({job.Identity})");
        switch (said.Word)
        {
            case JobWord.Register:
                _state.Put(job with { Signal = said.Signal });
                return new ControlAnswer(200, $"signals of the kind {said.Signal} may be sent to this run");
            case JobWord.Acknowledge:
                return Acknowledge(job, said, now);
            default:
                return Ask(job, now);
        }
    }

    private ControlAnswer Acknowledge(JobRow job, JobSaid said, long now)
    {
        if (said.Action != 0)
        {
            if (!_state.Actions.TryGetValue(said.Action, out var row) || row.Action.Kind != ActionKind.Signal || row.Action.Job?.JobId != job.Id)
                return new ControlAnswer(404, $"no signal {said.Action.ToString(CultureInfo.InvariantCulture)} was sent to this job");
            if (row.Acknowledged)
                return new ControlAnswer(200, "it was acknowledged before", said.Action);
            _state.Put(row with { Acknowledged = true, Written = said.Written });
            foreach (var move in _state.Moves.Open.Where(m => m.Job.JobId == job.Id && m.Last?.Id.Number == said.Action))
                // One that could not write waits for nothing any more.
                _state.Put(_state.Moves.Put(said.Written ? move with { Acknowledged = true } : move with { DeadlineMs = now }));
        }
        else
        {
            if (Repeated(job, said, now))
                return new ControlAnswer(200, "it was told of before");
            var from = now - job.AcksFromMs is >= 0 and < HourMs ? job.AcksFromMs : now;
            var acks = from == job.AcksFromMs ? job.Acks : 0;
            if (acks >= _options.Brakes.AcksPerJobInAnHour)
                return new ControlAnswer(429, $"{acks} checkpoints that nobody asked for were told of by this job within an hour, {_options.Brakes.AcksPerJobInAnHour} are taken");
            _state.Put(job = job with { Acks = acks + 1, AcksFromMs = from });
        }
        if (!said.Written)
            return new ControlAnswer(200, "stored: no checkpoint was written", said.Action);
        // No longer than it has run: what one job says is learned from for others, too.
        var seconds = Math.Clamp(said.Seconds, 0, Math.Max(0, (now - job.RunMs) / 1000.0));
        _state.Knowledge.Learned.CheckpointTook(KindOf(job), seconds);
        _state.Learn();
        // What was computed while it was written is not in it.
        _state.Put(job with { SavedMs = Math.Max(job.SavedMs, now - (long)(1000 * seconds)), CheckpointMs = now, SpentS = job.SpentS + seconds, LastActionMs = now });
        return new ControlAnswer(200, $"stored: a checkpoint in {seconds.ToString("F1", CultureInfo.InvariantCulture)} s", said.Action);
    }

    /// <summary>A client that heard no answer says it again, and no job writes two checkpoints at once: what had begun before the last one was told of is that one. So is what comes
    /// sooner than a client's first retry.</summary>
    private static bool Repeated(JobRow job, JobSaid said, long now)
    {
        const double retryS = 15;
        return said.Written && job.CheckpointMs is { } last && now - (1000 * Math.Max(said.Seconds, retryS)) < last;
    }

    private ControlAnswer Ask(JobRow job, long now)
    {
        if (OpenSignal(job.Id, now) is { } open)
            return new ControlAnswer(200, $"action {open.Action.Id} asks for one already", open.Action.Id.Number);
        if (_picture?.Jobs.GetValueOrDefault(job.Id) is not { } seen || seen.Identity != job.Identity)
            return new ControlAnswer(409, "the job is not among those that run as Slurm last told");
        var consent = ConsentOf(seen, job);
        if (consent.Signal is null)
            return new ControlAnswer(409, "the job has no handler: register one, or say tocsin:signal=USR1 in its comment");
        var proposed = Propose(ActionKind.Signal, null, job.Identity, seen.Partition, consent, "checkpoint: its owner asked for it", 0, now, out var why);
        if (proposed is null)
            return new ControlAnswer(409, $"not now: {why}");
        _state.Log(now, DecisionKind.Checkpoint, job.Id, null, proposed.Action.Sentence, 0, double.NaN, proposed.Action.Id.Number);
        return new ControlAnswer(202, $"action {proposed.Action.Id} asks for it", proposed.Action.Id.Number);
    }

    /// <summary>The signal that a client in exactly this run handles.</summary>
    private string? Registered(ActionRecord action) => action.Job is { } run && _state.Jobs.GetValueOrDefault(run.JobId) is { } job && job.Identity == run ? job.Signal : null;

    private bool Acknowledged(ActionRecord action) => action.Kind == ActionKind.Requeue && _state.Moves.Open.Any(m => m.Job.JobId == action.Job?.JobId && m.Acknowledged);
}
