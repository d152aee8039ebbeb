using System.Security.Cryptography;

namespace Tocsin.Daemon.Http.Page;

/// <param name="Tag">Of its content, in quotes as HTTP wants it.</param>
internal sealed record PageFile(byte[] Bytes, string Type, string Tag);

/// <summary>The files of the page, as they lie in the executable.</summary>
internal static class PageFiles
{
    public const string Index = "index.html";

    private const string Prefix = "page/";

    private static readonly Dictionary<string, PageFile> Files = Load();

    public static IReadOnlyCollection<string> Names => Files.Keys;

    public static PageFile? Find(string name) => Files.GetValueOrDefault(name);

    private static Dictionary<string, PageFile> Load()
    {
        var assembly = typeof(PageFiles).Assembly;
        var files = new Dictionary<string, PageFile>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            files[resource[Prefix.Length..]] = new PageFile(bytes, TypeOf(resource), $"\"{Convert.ToHexString(SHA256.HashData(bytes).AsSpan(0, 8))}\"");
        }
        return files;
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"the page has a file of a type that is not served: {other}"),
    };
}
