using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary>The recording that comes with the repository.</summary>
internal static class DemoSample
{
    /// <summary>Where the sample's first part ends and what it is judged by begins; samples/README.md says so too.</summary>
    public const long SplitMs = 1_795_253_095_000;

    private const string Folder = "samples/testbed";

    /// <param name="start">A folder of the repository or below, e.g. the executable's.</param>
    /// <exception cref="BadDataException">The sample is in no folder above.</exception>
    public static string Find(string start)
    {
        for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
        {
            var sample = Path.Combine(at.FullName, Folder);
            if (File.Exists(Path.Combine(sample, "scrapes.tsv.gz")))
                return sample;
        }
        throw new BadDataException($"the sample recording is missing: expected {Folder} in the repository of the program; restore it or name a recording with --data");
    }
}
