using Tocsin.Ingest.Recordings;
using Tocsin.Shared;

namespace Tocsin.Ingest.Replay;

/// <summary>A recording's table of jobs with its times shifted as its scrapes are: what the scheduler would say while it is played.</summary>
public static class ShiftedJobs
{
    /// <param name="only">Where jobs ran that name no node: the only one of the recording; null where there are several. Live, a job has to name its nodes.</param>
    /// <exception cref="BadDataException">The table cannot be read.</exception>
    /// <exception cref="DependencyException">The file cannot be written.</exception>
    public static int Write(string folder, long shiftMs, string path, string? only = null)
    {
        var jobs = JobTable.Read(Path.Combine(folder, ScrapeRecording.JobsFile), new Rejections());
        JobTableWriter.Write(path, jobs.Select(j => j with { StartMs = j.StartMs + shiftMs, EndMs = j.EndMs + shiftMs, Nodes = j.Nodes.Count == 0 && only is not null ? [only] : j.Nodes }));
        return jobs.Count;
    }
}
