using System.Globalization;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Ingest.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision.Picture;

/// <summary>What squeue and sinfo are asked for all jobs and nodes, and what their answers mean. Columns have fixed widths and hostile text stands last, so that nothing in
/// it can pass for another column; and it is shorter than the columns before it, so that what follows a line's end in it is too short to pass for a line.</summary>
internal static class PictureText
{
    private const int Wide = 128, Narrow = 24;

    /// <summary>squeue prints the end of a line that stands in a comment as one. Less than the columns of a job, or any user could tell of any job.</summary>
    private const int Comment = 384;

    private const int JobColumns = (3 * Wide) + (7 * Narrow);

    public static readonly IReadOnlyList<string> Jobs =
    [
        "--noheader", "--array", "--states=RUNNING",
        $"--Format=JobArrayID:{Wide},JobID:{Narrow},UserID:{Narrow},SubmitTime:{Narrow},StartTime:{Narrow},RestartCnt:{Narrow},Requeue:{Narrow},OverSubscribe:{Narrow},Partition:{Wide},tres-alloc:{Wide},Comment:{Comment}",
    ];

    /// <summary>Lists of nodes are as long as they are, so they stand in an answer of their own, after the id.</summary>
    public static readonly IReadOnlyList<string> JobNodes = ["--noheader", "--array", "--states=RUNNING", "--format=%i %N"];

    public static readonly IReadOnlyList<string> Nodes =
        ["--noheader", "--Node", "--exact", "--all", $"--Format=NodeList:{Wide},StateComplete:{Wide},Partition:{Wide},UserLong:{Wide},Timestamp:{Narrow},CPUsState:{Narrow},Memory:{Narrow},AllocMem:{Narrow},Reason:256"];

    private const int NodeColumns = (4 * Wide) + (4 * Narrow);

    public static IReadOnlyDictionary<string, JobPicture> ReadJobs(string jobs, string nodes, ConsentRule consents, Rejections rejected)
    {
        var lists = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in nodes.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.IndexOf(' ') is var space and > 0)
                lists[line[..space]] = line[(space + 1)..].Trim();
        }
        var read = new Dictionary<string, JobPicture>(StringComparer.Ordinal);
        var lines = jobs.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            // What follows a line's end in a comment is shorter than a job's columns.
            if (Job(line, lists, consents, i + 1 == lines.Length || lines[i + 1].Length >= JobColumns) is { } job)
                read[job.Id] = job;
            else
                rejected.Add("squeue: no job in a line", OneLine.Of(line.Trim()));
        }
        return read;
    }

    public static IReadOnlyDictionary<string, NodePicture> ReadNodes(string nodes, string cluster, Rejections rejected)
    {
        var read = new Dictionary<string, NodePicture>(StringComparer.Ordinal);
        foreach (var line in nodes.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length < NodeColumns || line[..Wide].Trim() is not { Length: > 0 and < Wide } name || !NodeKey.TryParse(cluster, name, out _))
            {
                rejected.Add("sinfo: no node in a line", OneLine.Of(line.Trim()));
                continue;
            }
            string At(int column) => line.Substring(column * Wide, Wide).Trim();
            string Thin(int column) => line.Substring((4 * Wide) + (column * Narrow), Narrow).Trim();
            var partition = At(2).TrimEnd('*');
            if (read.TryGetValue(name, out var known))
            {
                // In several partitions: a line for each, the same but for it.
                read[name] = known with { Partitions = [.. known.Partitions.Append(partition).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
                continue;
            }
            read[name] = new NodePicture(
                name,
                SlurmColumns.Node(At(1), At(3), Thin(0), line[NodeColumns..].Trim()),
                partition.Length == 0 ? [] : [partition])
            {
                Room = RoomText.Node(Thin(1), Thin(2), Thin(3)),
            };
        }
        return read;
    }

    /// <summary>With the reservations of ours on them.</summary>
    public static IReadOnlyDictionary<string, NodePicture> Fenced(IReadOnlyDictionary<string, NodePicture> nodes, string reservations)
    {
        var fences = SlurmReservations.Fences(reservations);
        return fences.Count == 0 ? nodes : nodes.Values.Select(n => n with { State = n.State with { Fence = fences.GetValueOrDefault(n.Name) } }).ToDictionary(n => n.Name, StringComparer.Ordinal);
    }

    private static JobPicture? Job(string line, Dictionary<string, string> lists, ConsentRule consents, bool whole)
    {
        if (line.Length < JobColumns)
            return null;
        string At(int column) => line.Substring(Wide + (column * Narrow), Narrow).Trim();
        var (id, raw) = (line[..Wide].Trim(), At(0));
        if (id.Length is 0 or > JobEvent.MaxJobId || !uint.TryParse(At(1), NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
            || !SlurmColumns.Seconds(At(2), out var submit) || !SlurmColumns.Seconds(At(3), out var start) || !int.TryParse(At(4), NumberStyles.None, CultureInfo.InvariantCulture, out var restarts)
            || !lists.TryGetValue(id, out var list) || Hostlist.Expand(list, out var nodes) is not null)
            return null;
        var (partition, comment) = (line.Substring(Wide + (7 * Narrow), Wide).Trim(), line[JobColumns..].Trim());
        return new JobPicture(
            new JobIdentity(id, submit, restarts), raw, uid, partition, start, At(5) == "1", consents.Of(partition, comment, whole && comment.Length < Comment), [.. nodes.Order(StringComparer.Ordinal)])
        {
            Need = RoomText.Job(At(6), line.Substring((2 * Wide) + (7 * Narrow), Wide).Trim(), nodes.Count),
        };
    }
}
