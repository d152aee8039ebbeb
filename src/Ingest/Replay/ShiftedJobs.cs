using System.Globalization;
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
        var lines = jobs.Select(j => $"{j.JobId}|{j.JobName}|{Seconds(j.StartMs)}|{(j.EndMs is { } end ? Seconds(end) : "")}|{(j.Nodes.Count == 0 ? only : string.Join(',', j.Nodes))}");
        try
        {
            // In place at once: who watches the file never sees half of it.
            var half = path + ".new";
            File.WriteAllLines(half, lines.Prepend("JobID|JobName|Start|End|NodeList"));
            File.Move(half, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"table of jobs '{path}' cannot be written: {e.Message}; name another file", e);
        }
        return jobs.Count;

        string Seconds(long ms) => ((ms + shiftMs) / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
    }
}
