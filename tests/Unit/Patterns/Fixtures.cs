using System.Text.Json;

namespace Tocsin.Unit.Patterns;

/// <summary>What scipy and scikit-learn say of small sets of points; fixtures/linkage.py makes it.</summary>
internal sealed record LinkageCase(string Name, float[][] Points, Dictionary<string, LinkageTruth> Linkages)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    public static IReadOnlyList<LinkageCase> All { get; } = Read();

    private static IReadOnlyList<LinkageCase> Read()
    {
        using var stream = typeof(LinkageCase).Assembly.GetManifestResourceStream("linkage.json")!;
        return JsonSerializer.Deserialize<List<LinkageCase>>(stream, Json)!;
    }
}

internal sealed record LinkageTruth(int[] Left, int[] Right, double[] Height, int[] Size, Dictionary<int, CutTruth> Cuts);

internal sealed record CutTruth(int[] Labels, double Silhouette);
