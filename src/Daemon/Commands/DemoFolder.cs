using Tocsin.Shared;

namespace Tocsin.Daemon.Commands;

/// <summary>What the demo leaves behind, each run in the place of the one before.</summary>
internal sealed class DemoFolder(string path)
{
    private const string ScoreHeader = "timestamp,score,threshold,alarm,label,top_metrics";

    public string Picture => Path.Combine(path, "demo.png");

    public string Library => Path.Combine(path, "demo.library");

    public string Scores => Path.Combine(path, "scores");

    /// <summary>Makes the folder and takes score files of an earlier run away: they would be evaluated with the new ones.</summary>
    /// <exception cref="DependencyException">It cannot be made or written.</exception>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(Scores);
            foreach (var file in Directory.GetFiles(Scores, "*.csv").Where(IsScoreFile))
                File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DependencyException($"folder '{path}' cannot be written: {e.Message}; name another with --out", e);
        }
    }

    /// <summary>A file of somebody else's stays, whatever its name.</summary>
    private static bool IsScoreFile(string file) => File.ReadLines(file).FirstOrDefault() is { } first && first.StartsWith(ScoreHeader, StringComparison.Ordinal);
}
