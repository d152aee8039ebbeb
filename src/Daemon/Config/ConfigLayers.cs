using System.Collections;
using Tocsin.Inference.Tensors;
using Tocsin.Shared;

namespace Tocsin.Daemon.Config;

/// <summary>File, environment, command line: what comes later wins.</summary>
internal static class ConfigLayers
{
    public const string Prefix = "TOCSIN_";

    /// <summary>Variables with the prefix that are no settings: they are read where they are used.</summary>
    private static readonly string[] Others = [SimdPaths.Variable];

    /// <summary>All three, checked. Null where there are problems, one line each.</summary>
    /// <param name="words">Of <c>--set</c>.</param>
    /// <exception cref="BadDataException">The file cannot be read at all.</exception>
    public static ServeOptions? Read(string path, IEnumerable<string> words, List<string> problems)
    {
        var tree = new ConfigTree();
        File(path, tree, problems);
        Environment(System.Environment.GetEnvironmentVariables(), tree);
        CommandLine(words, tree, problems);
        return ServeOptions.Check(tree, problems, out _);
    }

    /// <exception cref="BadDataException">The file cannot be read at all.</exception>
    public static void File(string path, ConfigTree into, List<string> problems)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > YamlTree.MaxBytes } large)
                throw new BadDataException($"config '{path}': {large.Length} bytes, expected at most {YamlTree.MaxBytes}");
            using var text = System.IO.File.OpenText(path);
            YamlTree.Read(text, Path.GetFileName(path), into, problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataException($"config '{path}' cannot be read: {OneLine.Of(e.Message, 300).TrimEnd('.')}; name it with --config", e);
        }
    }

    /// <summary><c>TOCSIN_LISTEN__ADDRESS</c> is <c>listen.address</c>: two underscores are a dot.</summary>
    public static void Environment(IDictionary variables, ConfigTree into)
    {
        foreach (var name in variables.Keys.Cast<string>().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (Others.Contains(name) || IsServiceLink(name))
                continue;
            into.Set(name[Prefix.Length..].Replace("__", "."), new ConfigValue((string?)variables[name] ?? "", name));
        }
    }

    /// <param name="words">Each <c>key=value</c>.</param>
    public static void CommandLine(IEnumerable<string> words, ConfigTree into, List<string> problems)
    {
        foreach (var word in words)
        {
            var equals = word.IndexOf('=');
            if (equals <= 0)
                problems.Add($"--set '{OneLine.Of(word)}': expected key=value, e.g. --set cadence=15s");
            else
                into.Set(word[..equals].Trim(), new ConfigValue(word[(equals + 1)..], "--set"));
        }
    }

    /// <summary>A Kubernetes service by the name of tocsin puts <c>TOCSIN_PORT=tcp://...</c> and the like into every pod beside it.</summary>
    private static bool IsServiceLink(string name) =>
        name.StartsWith("TOCSIN_PORT", StringComparison.Ordinal) || name.StartsWith("TOCSIN_SERVICE_", StringComparison.Ordinal);
}
