using Tocsin.Shared;

namespace Tocsin.Ingest.Recordings;

/// <summary>A table of jobs with other names, in its place in a recording.</summary>
public static class HiddenJobs
{
    /// <param name="jobs">Null: there is none.</param>
    /// <returns>The table that was written, or null.</returns>
    /// <exception cref="BadDataException"><paramref name="jobs"/> is no table of jobs, or the folder has one of its own, with names in it.</exception>
    /// <exception cref="DependencyException">The folder cannot be written.</exception>
    public static string? Write(string folder, string? jobs, Anonymiser hide)
    {
        var table = Path.Combine(folder, ScrapeRecording.JobsFile);
        if (jobs is null && File.Exists(table))
            throw new BadDataException($"'{folder}' has a {ScrapeRecording.JobsFile} with names in it: name it with --jobs, and another folder with --out");
        if (jobs is null)
            return null;
        var runs = JobTable.Read(jobs, new Rejections());
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"folder '{folder}' cannot be written: {e.Message}; name another with --out", e);
        }
        JobTableWriter.Write(table, runs.Select(hide.Job));
        return table;
    }
}
