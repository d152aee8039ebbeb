using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.States;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision;

/// <summary>What is learned from one answer of Slurm to the next: failures of nodes, ends and new runs of jobs.</summary>
public sealed partial class SupervisorShard
{
    private const long ForgetMs = 86_400_000;

    /// <summary>Longer between two pictures is a time in which nobody watched.</summary>
    private const double MostWatchedS = 900;

    private void Observe(ClusterPicture picture, long now)
    {
        var elapsed = _picture is { } last ? Math.Clamp((picture.AtMs - last.AtMs) / 1000.0, 0, MostWatchedS) : 0;
        var learned = _state.Knowledge.Learned;
        learned.Pass(now);
        learned.Watched(elapsed * picture.Nodes.Values.Count(n => !n.Failed), elapsed);
        var suspects = Suspects();
        foreach (var node in picture.Nodes.Values)
            Observe(node, Health(node, suspects), now);
        foreach (var gone in _state.Nodes.Values.Where(n => !picture.Nodes.ContainsKey(n.Node.Name) && n.OutBy is null).ToList())
            _state.RemoveNode(gone.Node.Name);
        foreach (var job in picture.Jobs.Values)
            Observe(job, elapsed);
        foreach (var row in _state.Jobs.Values)
        {
            if (!picture.Jobs.ContainsKey(row.Id))
                Gone(row, picture, now);
        }
        _picture = picture;
        if (elapsed > 0)
            _state.Learn();
    }

    private NodeHealth Health(NodePicture node, IReadOnlyDictionary<string, SuspicionRow> suspects) =>
        node.Failed ? NodeHealth.Down
        : suspects.ContainsKey(node.Name) ? NodeHealth.Failing
        : _inputs.Read(KeyOf(node.Name)).Anomalous ? NodeHealth.Degraded
        : NodeHealth.Healthy;

    private void Observe(NodePicture node, NodeHealth health, long now)
    {
        var partition = node.Partitions.Count > 0 ? node.Partitions[0] : "";
        if (!_state.Nodes.TryGetValue(node.Name, out var row))
        {
            // Since when it is so nobody knows: a node that is down when it is first seen is no failure that was watched.
            _state.Put(new NodeRow(KeyOf(node.Name), health, now) { Partition = partition });
            return;
        }
        if (row.Health == health && row.Partition == partition)
            return;
        var failed = health == NodeHealth.Down && row.Health != NodeHealth.Down;
        if (row.Health != health)
        {
            var passed = _state.Knowledge.States.Observe(row.Health, health, Math.Max(0, now - row.SinceMs) / 1000.0);
            if (passed.Signal is { } rare)
                _say(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{node.Name} went from {row.Health} to {health}, which is rare here (10^-{rare:F1} of what leaves that state)"));
            _state.Learn();
        }
        if (failed)
        {
            _state.Knowledge.Learned.Failed(row.Node, now);
            _state.Add(new FailureRow(node.Name, now, null));
        }
        else if (row.Health == NodeHealth.Down && health != NodeHealth.Down && _state.Failures.LastOrDefault(f => f.Node == node.Name && f.UpMs is null) is { } open)
        {
            _state.Replace(open, open with { UpMs = now });
        }
        _state.Put(row with { Health = health, SinceMs = row.Health == health ? row.SinceMs : now, Partition = partition, FailedMs = failed ? now : row.FailedMs, Warning = failed ? null : row.Warning });
    }

    private void Observe(JobPicture job, double elapsedS)
    {
        var learned = _state.Knowledge.Learned;
        learned.JobsRan(elapsedS);
        var known = _state.Jobs.GetValueOrDefault(job.Id);
        if (known is null || !(IsSameJob(known.Identity, job.Identity) || IsSameJob(job.Identity, known.Identity)))
        {
            _state.Put(new JobRow(job.Identity, job.RawId, job.Uid, job.Partition, job.Nodes.Count, job.StartMs, job.StartMs, job.StartMs));
        }
        else if (IsNewer(known.Identity, job.Identity))
        {
            // Slurm was asked before the job said that it runs anew.
        }
        else if (known.Identity != job.Identity || known.RunMs != job.StartMs)
        {
            var run = known.Identity == job.Identity ? known with { SavedMs = Math.Max(known.SavedMs, job.StartMs), GoneMs = null } : Anew(known, job.Identity, job.StartMs);
            _state.Put(run with { RawId = job.RawId, RunMs = job.StartMs, Nodes = job.Nodes.Count, Uid = job.Uid, Partition = job.Partition });
        }
        else if (known.GoneMs is not null || known.Nodes != job.Nodes.Count || known.RawId != job.RawId)
        {
            _state.Put(known with { GoneMs = null, Nodes = job.Nodes.Count, RawId = job.RawId });
        }
    }

    /// <summary>Slurm counts a requeue as a new submission: the time of it moves on with the count of restarts (seen with 22.05). A number that is given anew begins at none.</summary>
    private static bool IsSameJob(JobIdentity earlier, JobIdentity later) => earlier.SubmitMs == later.SubmitMs || (earlier.SubmitMs < later.SubmitMs && earlier.Restarts < later.Restarts);

    /// <summary>A later run of the same submission, or a later submission under the same number.</summary>
    private static bool IsNewer(JobIdentity one, JobIdentity other) => one.SubmitMs != other.SubmitMs ? one.SubmitMs > other.SubmitMs : one.Restarts > other.Restarts;

    /// <summary>Another run of the same job. Only a run that a node's failure ended says what a failure costs, and only one that Tocsin requeued what a move takes: an owner
    /// or the scheduler may let a job wait for as long as they like.</summary>
    private JobRow Anew(JobRow known, JobIdentity run, long startMs)
    {
        if (RequeuedMs(known.Identity) is { } moved)
            _state.Knowledge.Learned.MoveTook(Math.Max(1, (startMs - moved) / 1000.0));
        else if (known is { GoneMs: { } gone, Interrupted: true })
            _state.Knowledge.Learned.DownFor(Math.Max(1, (startMs - gone) / 1000.0));
        _state.Learn();
        // The client of the last run is gone with it: a signal before the new one registers would end the job.
        return known with { Identity = run, RunMs = startMs, SavedMs = startMs, GoneMs = null, Interrupted = false, Signal = null };
    }

    private void Gone(JobRow row, ClusterPicture picture, long now)
    {
        if (row.GoneMs is { } since)
        {
            if (now - since > ForgetMs)
                _state.RemoveJob(row.Id);
            return;
        }
        // It said so after Slurm was asked.
        if (row.RunMs > picture.AtMs)
            return;
        var interrupted = _picture?.Jobs.GetValueOrDefault(row.Id)?.Nodes.Any(n => picture.Nodes.TryGetValue(n, out var node) && node.Failed) ?? false;
        if (_picture is not null && !interrupted && !_state.Moves.Open.Any(m => m.Job.JobId == row.Id))
            _state.Knowledge.Learned.JobEnded();
        _state.Put(row with { GoneMs = now, Interrupted = interrupted });
    }

    /// <summary>When Tocsin requeued that run; null = it did not: also a move that came to nothing ends, and the scheduler and its owner requeue, too.</summary>
    private long? RequeuedMs(JobIdentity run) => _state.ActionsOf(run.JobId).LastOrDefault(a => a is { Happened: true, Action.Kind: ActionKind.Requeue } && a.Action.Job == run)?.EndedMs;

    private NodeKey KeyOf(string node) => new(_options.Cluster, node);

    private int KindOf(JobRow job) => new JobPicture(job.Identity, job.RawId, job.Uid, job.Partition, 0, false, default, new string[job.Nodes]).Kind;
}
