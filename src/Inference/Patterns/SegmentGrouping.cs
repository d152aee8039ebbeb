namespace Tocsin.Inference.Patterns;

/// <summary>Groups similar segments of one kind (jobs, or idle): tree, number of clusters, and what becomes of the small ones.</summary>
internal static class SegmentGrouping
{
    /// <returns>Per row its group, numbered by size (the largest is 0), then by first row; and the silhouettes that were looked at.</returns>
    public static (int[] Groups, double[] Silhouettes) Group(VectorTable table, int? forced, PatternOptions options)
    {
        var tree = HierarchicalClustering.Link(table, options.Linkage, options.ThreadCount);
        var (clusters, curve) = CutChooser.Choose(table, tree, forced, options);
        if (table.Count == 0)
            return ([], curve);
        var groups = tree.Cut(clusters);
        if (forced is null)
            JoinSmall(table, groups, options);
        return (BySize(groups), curve);
    }

    /// <summary>A small group joins the nearest group that is not small if that one's radius takes in all of its rows; else it stays: to put a
    /// stranger into a pattern would widen the pattern and teach its model the stranger.</summary>
    private static void JoinSmall(VectorTable table, int[] groups, PatternOptions options)
    {
        var count = groups.Max() + 1;
        var sizes = new int[count];
        foreach (var g in groups)
            sizes[g]++;
        if (!sizes.Any(s => s < options.LeastMembers) || sizes.All(s => s < options.LeastMembers))
            return;
        var (centroids, radii) = HeadLevelFitter.CentroidsAndRadii(table, groups, new bool[count], options);
        for (var g = 0; g < count; g++)
        {
            if (sizes[g] >= options.LeastMembers)
                continue;
            var rows = Enumerable.Range(0, groups.Length).Where(i => groups[i] == g).ToArray();
            var nearest = Enumerable.Range(0, count).Where(o => sizes[o] >= options.LeastMembers).MinBy(o => Furthest(o) / radii[o]);
            if (Furthest(nearest) > radii[nearest])
                continue;
            foreach (var i in rows)
                groups[i] = nearest;

            double Furthest(int other) =>
                rows.Max(i => Points.Distance(table.Row(i), centroids.AsSpan(other * table.Width, table.Width)));
        }
    }

    private static int[] BySize(int[] groups)
    {
        var order = groups.Select((g, i) => (Group: g, Row: i)).GroupBy(x => x.Group)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.First().Row).Select((g, rank) => (g.Key, rank)).ToDictionary(x => x.Key, x => x.rank);
        return [.. groups.Select(g => order[g])];
    }
}
