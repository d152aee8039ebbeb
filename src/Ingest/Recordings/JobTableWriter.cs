using System.Globalization;
using Tocsin.Shared;

namespace Tocsin.Ingest.Recordings;

/// <summary>Writes <c>jobs.psv</c>, as <see cref="JobTable"/> reads it.</summary>
public static class JobTableWriter
{
    public const string Header = "JobID|JobName|User|Start|End|NodeList";

    /// <param name="jobs">Names of jobs and users are hostile text: what would end a field or a line becomes another character.</param>
    /// <exception cref="DependencyException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<JobRun> jobs)
    {
        try
        {
            // In place at once: who watches the file never sees half of it.
            File.WriteAllLines(path + ".new", jobs.Select(Line).Prepend(Header));
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"table of jobs '{path}' cannot be written: {e.Message}; name another file", e);
        }
    }

    private static string Line(JobRun j) =>
        string.Join('|', Field(j.JobId), Field(j.JobName), Field(j.User ?? ""), Seconds(j.StartMs), j.EndMs is { } end ? Seconds(end) : "", Field(string.Join(',', j.Nodes)));

    private static string Field(string text) => OneLine.Of(text, 1 << 19).Replace('|', '/');

    private static string Seconds(long ms) => (ms / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
}
