using System.IO.Compression;
using System.Text.Json;
using Xunit.Abstractions;

namespace Tocsin.Unit.Features;

/// <summary>A series and what TSFEL makes of it; null where TSFEL gives no number.</summary>
internal sealed record GoldenSeries(string Name, double[] Values, IReadOnlyDictionary<string, double?> Features)
{
    private const string Spectrum = "FFT mean coefficient";

    /// <summary>Nine series of about 200 frames; empty where the shared folder is not beside the repository.</summary>
    public static IReadOnlyList<GoldenSeries> Shared(ITestOutputHelper output) =>
        SharedData.Find("golden/tsfel.json.gz", output) is { } path ? Load(path) : [];

    /// <summary>12 to 1500 frames, by tsfel_lengths.py.</summary>
    public static IReadOnlyList<GoldenSeries> Lengths() =>
        Load(Path.Combine(SharedData.Root, "tests", "Unit", "Features", "tsfel_lengths.json.gz"));

    private static GoldenSeries[] Load(string path)
    {
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var document = JsonDocument.Parse(file);
        return [.. document.RootElement.GetProperty("series").EnumerateArray().Select(Read)];
    }

    private static GoldenSeries Read(JsonElement series)
    {
        var all = series.GetProperty("features").EnumerateObject().ToDictionary(
            p => p.Name, p => p.Value.ValueKind == JsonValueKind.Null ? (double?)null : p.Value.GetDouble());
        var spectrum = all.Where(p => p.Key.StartsWith(Spectrum, StringComparison.Ordinal)).Average(p => p.Value);
        var features = all.Where(p => !p.Key.StartsWith(Spectrum, StringComparison.Ordinal))
            .Append(new(Spectrum, spectrum));
        return new(
            series.GetProperty("name").GetString()!,
            [.. series.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())],
            features.ToDictionary());
    }
}
