using Xunit.Abstractions;

namespace Tocsin.Integration;

/// <summary>The distribution's Python, with the packages that the distribution has for it.</summary>
internal static class DebianPython
{
    public const string Path = "/usr/bin/python3";

    /// <summary>False, with a word to the test's output, where the module is not installed; with CI=true that fails the test.</summary>
    public static async Task<bool> HasAsync(string module, ITestOutputHelper output)
    {
        if (File.Exists(Path) && (await TocsinProcess.RunAsync(Path, ["-c", $"import {module}"], TimeSpan.FromMinutes(1))).ExitCode == 0)
            return true;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{module} is not installed for {Path}");
        output.WriteLine($"left out: {module} is not installed for {Path} (Debian package python3-{module})");
        return false;
    }

    /// <param name="relative">To the folder of this project.</param>
    public static string Script(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Cluster.sln")))
            folder = folder.Parent;
        return System.IO.Path.Combine(folder!.FullName, "tests", "Integration", relative);
    }
}
