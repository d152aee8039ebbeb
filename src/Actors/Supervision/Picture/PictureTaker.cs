using Tocsin.Checkpointing.Slurm;
using Tocsin.Shared;

namespace Tocsin.Actors.Supervision.Picture;

/// <summary>Asks Slurm for the whole cluster: three questions, whatever its size. One at a time.</summary>
public sealed class PictureTaker(ISlurmPrograms slurm, string cluster, TimeSpan limit, TimeProvider time)
{
    public Rejections Rejected { get; private set; } = new();

    /// <returns>The picture, or why there is none, in one line.</returns>
    public async Task<(ClusterPicture? Picture, string? Why)> TakeAsync(CancellationToken stop)
    {
        var asked = time.GetUtcNow().ToUnixTimeMilliseconds();
        var nodes = await slurm.RunAsync("sinfo", PictureText.Nodes, limit, stop).ConfigureAwait(false);
        if (nodes.Failure is not null)
            return (null, nodes.Failure);
        var jobs = await slurm.RunAsync("squeue", PictureText.Jobs, limit, stop).ConfigureAwait(false);
        if (jobs.Failure is not null)
            return (null, jobs.Failure);
        var lists = await slurm.RunAsync("squeue", PictureText.JobNodes, limit, stop).ConfigureAwait(false);
        if (lists.Failure is not null)
            return (null, lists.Failure);
        var rejected = new Rejections();
        var picture = new ClusterPicture(asked, PictureText.ReadJobs(jobs.Output, lists.Output, rejected), PictureText.ReadNodes(nodes.Output, cluster, rejected));
        Rejected = rejected;
        // An answer without a single node is a controller that has just begun, not an empty machine room.
        return picture.Nodes.Count == 0 ? (null, "sinfo told of no node") : (picture, null);
    }
}
