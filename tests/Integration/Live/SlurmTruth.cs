using Tocsin.Integration.Slurm;

namespace Tocsin.Integration.Live;

/// <summary>A run of a job on one node, as <c>sacct -D</c> has it; unix seconds.</summary>
internal sealed record TrueRun(string JobId, long Start, long End);

/// <summary>A stretch of a node's time with one set of runs; empty = idle. Null: no start before it, no end after it.</summary>
internal sealed record TrueSegment(long? Start, long? End, IReadOnlyList<TrueRun> Runs);

/// <summary>What <c>sacct -D</c> says of each node, and the segments that follow from it. Nothing of Tocsin's is used.</summary>
internal static class SlurmTruth
{
    /// <summary>Of all jobs, all over; those that never ran are left out.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<TrueRun>>> RunsAsync(SlurmCluster slurm)
    {
        var runs = slurm.Nodes.ToDictionary(n => n, _ => new List<TrueRun>(), StringComparer.Ordinal);
        foreach (var row in await slurm.AccountedAsync("JobID,Start,End,NodeList"))
        {
            var fields = row.Split(' ', 4);
            // A job that was cancelled while it waited has no nodes; one that was over in the second in which it began has no time.
            if (fields[3].StartsWith("None", StringComparison.Ordinal) || fields[1] == fields[2])
                continue;
            var run = new TrueRun(fields[0], long.Parse(fields[1]), long.Parse(fields[2]));
            foreach (var node in (await slurm.RunAsync("scontrol", "show", "hostnames", fields[3])).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                runs[node].Add(run);
        }
        return runs.ToDictionary(r => r.Key, IReadOnlyList<TrueRun> (r) => r.Value, StringComparer.Ordinal);
    }

    public static IReadOnlyList<TrueSegment> Segments(IReadOnlyList<TrueRun> runs)
    {
        var times = runs.SelectMany(r => (long[])[r.Start, r.End]).Distinct().Order().ToArray();
        var segments = new List<TrueSegment> { new(null, times.Length == 0 ? null : times[0], []) };
        for (var i = 0; i < times.Length; i++)
        {
            var on = runs.Where(r => r.Start <= times[i] && times[i] < r.End).OrderBy(r => r.Start).ThenBy(r => r.JobId, StringComparer.Ordinal).ToArray();
            segments.Add(new TrueSegment(times[i], i + 1 < times.Length ? times[i + 1] : null, on));
        }
        return segments;
    }
}
