using System.Globalization;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Shared;

namespace Tocsin.Actors.Supervision.Picture;

/// <summary>Asks Slurm for the whole cluster: four questions, whatever its size, and once an hour for its switches. One at a time.</summary>
public sealed class PictureTaker(ISlurmPrograms slurm, string cluster, TimeSpan limit, TimeProvider time, ConsentRule? consents = null, Action<string>? say = null)
{
    private readonly ConsentRule _consents = consents ?? ConsentRule.CommentsAlone;

    private readonly Topology _topology = new(slurm, limit, say ?? (_ => { }));

    public Rejections Rejected { get; private set; } = new();

    /// <returns>The picture, or why there is none, in one line.</returns>
    public async Task<(ClusterPicture? Picture, string? Why)> TakeAsync(CancellationToken stop)
    {
        var asked = time.GetUtcNow().ToUnixTimeMilliseconds();
        var nodes = await slurm.RunAsync("sinfo", PictureText.Nodes, limit, stop).ConfigureAwait(false);
        if (nodes.Failure is not null)
            return (null, nodes.Failure);
        var reservations = await slurm.RunAsync("scontrol", SlurmReservations.Question, limit, stop).ConfigureAwait(false);
        if (reservations.Failure is not null)
            return (null, reservations.Failure);
        var jobs = await slurm.RunAsync("squeue", PictureText.Jobs, limit, stop).ConfigureAwait(false);
        if (jobs.Failure is not null)
            return (null, jobs.Failure);
        var lists = await slurm.RunAsync("squeue", PictureText.JobNodes, limit, stop).ConfigureAwait(false);
        if (lists.Failure is not null)
            return (null, lists.Failure);
        var rejected = new Rejections();
        var picture = new ClusterPicture(asked, PictureText.ReadJobs(jobs.Output, lists.Output, _consents, rejected), PictureText.Fenced(PictureText.ReadNodes(nodes.Output, cluster, rejected), reservations.Output))
        {
            Switches = await _topology.TakeAsync(asked, stop).ConfigureAwait(false),
        };
        Rejected = rejected;
        // An answer without a single node is a controller that has just begun, not an empty machine room.
        return picture.Nodes.Count == 0 ? (null, "sinfo told of no node") : (picture, null);
    }

    /// <summary>One job alone, as it is at this moment: what a job says is of the run that it is in, which the picture may not know yet.</summary>
    /// <param name="rawId">The number that the job itself knows as its own.</param>
    /// <returns>The job; null with null = it does not run; null with a line = Slurm did not answer.</returns>
    public async Task<(JobPicture? Job, string? Why)> TakeJobAsync(long rawId, CancellationToken stop)
    {
        var one = string.Create(CultureInfo.InvariantCulture, $"--jobs={rawId}");
        var jobs = await slurm.RunAsync("squeue", [.. PictureText.Jobs, one], limit, stop).ConfigureAwait(false);
        var lists = jobs.Failure is null ? await slurm.RunAsync("squeue", [.. PictureText.JobNodes, one], limit, stop).ConfigureAwait(false) : jobs;
        if (lists.Failure is { } failure)
            // A job that is gone for long is an error to squeue, and no silence of Slurm's.
            return (null, failure.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase) ? null : failure);
        var raw = rawId.ToString(CultureInfo.InvariantCulture);
        return (PictureText.ReadJobs(jobs.Output, lists.Output, _consents, new Rejections()).Values.FirstOrDefault(j => j.RawId == raw), null);
    }
}
