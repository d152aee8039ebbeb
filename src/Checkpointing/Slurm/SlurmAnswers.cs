using System.Globalization;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared.Flow;

namespace Tocsin.Checkpointing.Slurm;

/// <summary>Questions to Slurm and what its answers mean. Columns have fixed widths and hostile text stands last, so that nothing in it can pass for another column.</summary>
internal static class SlurmAnswers
{
    private const int Wide = 128, Narrow = 24;

    public static readonly IReadOnlyList<string> NodeFields =
        ["--noheader", "--Node", "--exact", $"--Format=StateComplete:{Wide},UserLong:{Wide},Timestamp:{Narrow},Reason:1024"];

    private const int JobColumns = (2 * Wide) + (4 * Narrow), Comment = 1024;

    public static readonly IReadOnlyList<string> JobFields =
        ["--noheader", "--array", $"--Format=JobArrayID:{Wide},State:{Narrow},SubmitTime:{Narrow},RestartCnt:{Narrow},Requeue:{Narrow},Partition:{Wide},Comment:{Comment}"];

    /// <summary>Null: no such node, or no answer that can be read. Of several lines (a node in several partitions) the first holds: they differ in the partition only.</summary>
    public static SlurmNode? Node(string output)
    {
        var line = FirstLine(output);
        if (line.Length < (2 * Wide) + Narrow)
            return null;
        return SlurmColumns.Node(line[..Wide].Trim(), line[Wide..(2 * Wide)].Trim(), line.Substring(2 * Wide, Narrow).Trim(), line[((2 * Wide) + Narrow)..].Trim());
    }

    /// <summary>Null: it is gone, or no answer that can be read.</summary>
    public static SlurmJob? Job(string output, string jobId, ConsentRule consents)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines)
        {
            if (line.Length < JobColumns || line[..Wide].Trim() != jobId)
                continue;
            string At(int column) => line.Substring(Wide + (column * Narrow), Narrow).Trim();
            if (!SlurmColumns.Seconds(At(1), out var submit) || !int.TryParse(At(2), NumberStyles.None, CultureInfo.InvariantCulture, out var restarts))
                return null;
            // A further line is the rest of a comment, or of another job: what this one says is not known whole.
            var (partition, comment) = (line.Substring(Wide + (4 * Narrow), Wide).Trim(), line[JobColumns..].Trim());
            return new SlurmJob(new JobIdentity(jobId, submit, restarts), At(0) == "RUNNING", At(3) == "1", consents.Of(partition, comment, lines.Length == 1 && comment.Length < Comment));
        }
        return null;
    }

    private static string FirstLine(string output) => output.IndexOf('\n') is var end and >= 0 ? output[..end] : output;
}
