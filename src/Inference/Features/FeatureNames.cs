namespace Tocsin.Inference.Features;

/// <summary>
/// TSFEL 0.1.7's names in TSFEL's order (ordinal by name: LPCC_10 comes before LPCC_2). Its coefficients of the
/// mean spectrum, as many as the series has frequencies, are one feature here: their mean.
/// </summary>
public static class FeatureNames
{
    public const int Count = 134;

    public static IReadOnlyList<string> All { get; } = [.. FeatureTraits.All.Select(t => t.Name)];

    private static readonly Dictionary<string, int> Indices =
        All.Select((name, index) => (name, index)).ToDictionary(p => p.name, p => p.index, StringComparer.Ordinal);

    /// <exception cref="KeyNotFoundException">No feature bears the name.</exception>
    public static int IndexOf(string name) => Indices[name];
}
