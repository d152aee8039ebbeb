namespace Tocsin.Inference.Patterns;

/// <summary>Into how many clusters a tree is cut.</summary>
internal static class CutChooser
{
    /// <summary>The number of clusters with a mean silhouette near the best over 2..min(most, n/3), the largest of them; 1 where even the best is poor.</summary>
    /// <param name="forced">Null = choose.</param>
    public static (int Clusters, double[] Silhouettes) Choose(VectorTable table, Dendrogram tree, int? forced, PatternOptions options)
    {
        if (forced is { } wanted)
            return (Math.Clamp(wanted, 1, Math.Max(1, table.Count)), []);
        var tried = Math.Min(options.MostPatterns, table.Count / 3);
        if (tried < 2)
            return (Math.Min(1, table.Count), []);
        var curve = SilhouetteCurve.Of(table, tree, tried, options.ThreadCount);
        var best = curve.Skip(2).Max();
        if (best < options.PoorestSilhouette)
            return (1, curve);
        var most = Array.FindLastIndex(curve, s => s >= options.SilhouetteShare * best);
        return (most, curve);
    }
}
