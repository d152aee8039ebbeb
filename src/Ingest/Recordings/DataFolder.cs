using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Recordings;

/// <summary>Opens what <c>--data</c> names; the layout is told by what is in the folder. The layouts are in docs/FORMATS.md.</summary>
public static class DataFolder
{
    /// <exception cref="BadDataException">No folder, no known layout, or its tables cannot be read.</exception>
    public static IRecording Open(string path, DataOptions options)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        if (!Directory.Exists(path))
        {
            throw new BadDataException(File.Exists(path)
                ? $"'{name}' is a file: expected a folder with a recording"
                : $"there is no folder '{name}': expected one with a recording; check the path");
        }
        try
        {
            if (File.Exists(Path.Combine(path, ScrapeRecording.ScrapesFile)) || File.Exists(Path.Combine(path, ScrapeRecording.JobsFile)))
                return ScrapeRecording.Open(path, name, options);
            if (File.Exists(Path.Combine(path, SentryRecording.JobsFile)) || Directory.Exists(Path.Combine(path, "Train")))
                return SentryRecording.Open(path, name, options);
            var empty = !Directory.EnumerateFileSystemEntries(path).Any();
            throw new BadDataException(
                $"'{name}' is {(empty ? "empty" : "in no known layout")}: expected {ScrapeRecording.ScrapesFile} and {ScrapeRecording.JobsFile}, or {SentryRecording.JobsFile} and Train/");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new BadDataException($"'{name}' cannot be read: this user may not; check its permissions", e);
        }
    }
}
