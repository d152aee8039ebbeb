namespace Tocsin.Actors.Faults.Learning;

/// <summary>Puts a file that cannot be read aside: beside its place, under a name that says so and that no other has. A bounded number in a folder; of more the one that was written first goes.</summary>
/// <param name="say">Told which file, why, and where it is now.</param>
public sealed class SetAside(Action<string> say)
{
    public const string Ending = ".unreadable";

    /// <summary>Of a folder. Intervals of 1,000 nodes are 35 kB each: 4 MB.</summary>
    public const int Most = 100;

    /// <exception cref="IOException">The disk refuses: the file is where it was.</exception>
    public void Put(string path, string why)
    {
        var aside = Enumerable.Range(1, Most + 1).Select(n => n == 1 ? path + Ending : $"{path}.{n}{Ending}").First(name => !File.Exists(name));
        File.Move(path, aside);
        say($"{path} cannot be read and is left out: {why}; it is kept as {Path.GetFileName(aside)}");
        var folder = Path.GetDirectoryName(aside)!;
        foreach (var old in Directory.EnumerateFiles(folder, "*" + Ending).OrderBy(File.GetLastWriteTimeUtc).ThenBy(f => f, StringComparer.Ordinal).SkipLast(Most).ToList())
        {
            File.Delete(old);
            say($"{old} is removed: of files that cannot be read {Most} are kept");
        }
    }
}
