using Tocsin.Shared;

namespace Tocsin.Ingest.Recordings;

/// <summary>What has to be known of one <c>&lt;node&gt;_&lt;job&gt;.csv[.gz]</c> before it is read.</summary>
/// <param name="Job">With the job's name in the file as its id, so that what is written about the segment can be laid beside the file.</param>
internal sealed record SentryFile(string Path, NodeKey Node, JobRun Job, long FirstMs, long LastMs, bool HasLabel, IReadOnlyList<long> SpacingsMs)
{
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Null where the file has no frame (counted).</summary>
    /// <exception cref="BadDataException">The file is torn, or its name or first line is not of this layout.</exception>
    public static SentryFile? Survey(string path, string cluster, IReadOnlyList<JobRun> jobs, Rejections rejections)
    {
        var name = System.IO.Path.GetFileName(path);
        var stem = name[..name.IndexOf(".csv", StringComparison.Ordinal)];
        var cut = stem.IndexOf('_');
        if (cut < 0 || !NodeKey.TryParse(cluster, stem[..cut], out var node) || !NodeKey.TryParse(cluster, stem[(cut + 1)..], out var job))
            throw new BadDataException($"'{JobTable.Short(name)}' names no node and job: expected <node>_<job>.csv or .csv.gz, of letters, digits, '.', '-', '_'");
        using var csv = new SentryCsv(path);
        long first = long.MaxValue, last = long.MinValue, before = long.MaxValue;
        var spacings = new List<long>();
        while (csv.NextTime() is { } ms)
        {
            if (ms > before)
                spacings.Add(ms - before);
            before = ms;
            first = Math.Min(first, ms);
            last = Math.Max(last, ms);
        }
        if (first <= last)
            return new SentryFile(path, node, JobOf(job.Name, node.Name, first, jobs, rejections), first, last, csv.HasLabel, spacings);
        rejections.Add("file without a frame", name);
        return null;
    }

    /// <summary><c>Job-11</c> in a file's name is job <c>Job-11</c> or <c>11</c> of the table.</summary>
    private static JobRun JobOf(string inFile, string node, long firstMs, IReadOnlyList<JobRun> jobs, Rejections rejections)
    {
        const string Prefix = "Job-";
        var id = inFile.StartsWith(Prefix, StringComparison.Ordinal) ? inFile[Prefix.Length..] : inFile;
        var run = jobs.Where(j => (j.JobId == inFile || j.JobId == id) && j.RunsOn(node)).OrderBy(j => Math.Abs(j.StartMs - firstMs)).FirstOrDefault();
        if (run is not null)
            return run with { JobId = inFile, Nodes = [node] };
        rejections.Add("file of a job that is not in the table", $"{node}_{inFile}");
        return new JobRun(inFile, inFile, null, firstMs, null, [node]);
    }
}
