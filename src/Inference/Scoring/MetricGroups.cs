namespace Tocsin.Inference.Scoring;

/// <summary>Groups metrics by the part of the machine that their names begin with: <c>cpu_user_share</c> -> cpu.</summary>
public static class MetricGroups
{
    private const int Fewest = 2;

    /// <returns>Per metric its group, 0-based; metrics whose part has no second metric share the last group.</returns>
    public static int[] Of(IReadOnlyList<string> metrics)
    {
        var parts = metrics.Select(Part).ToArray();
        var large = parts.GroupBy(p => p, StringComparer.Ordinal).Where(g => g.Count() >= Fewest).Select(g => g.Key).Order(StringComparer.Ordinal).ToList();
        return [.. parts.Select(p => large.IndexOf(p) is >= 0 and var at ? at : large.Count)];
    }

    private static string Part(string name)
    {
        name = name.StartsWith("node_", StringComparison.Ordinal) ? name["node_".Length..] : name;
        var end = name.IndexOf('_', StringComparison.Ordinal);
        return (end < 0 ? name : name[..end]).TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
    }
}
