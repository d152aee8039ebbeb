using Xunit.Abstractions;

namespace Tocsin.Unit;

/// <summary>Finds files by the repository's root: fixtures in it, and recordings in <c>shared</c> beside it.</summary>
internal static class SharedData
{
    public static string Root { get; } = FindRoot();

    /// <summary>A path below <c>shared</c> beside the repository; null, with a word to the test's output, where it is not there.</summary>
    public static string? Find(string relative, ITestOutputHelper output)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", relative));
        if (Path.Exists(path))
            return path;
        output.WriteLine($"left out: shared/{relative} is not beside the repository");
        return null;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"no Cluster.sln above {AppContext.BaseDirectory}");
    }
}
