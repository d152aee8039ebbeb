namespace Tocsin.Inference.Patterns;

public enum Linkage
{
    /// <summary>Joins what raises the sum of squares within clusters least.</summary>
    Ward = 0,

    /// <summary>Joins the two clusters whose things are nearest on average.</summary>
    Average = 1,
}

/// <summary>Hierarchical agglomerative clustering by the nearest-neighbour chain: O(n^2) time, one triangular matrix of memory.</summary>
/// <remarks>
/// F. Murtagh, "A survey of recent advances in hierarchical clustering algorithms", 1983; updates by Lance and Williams, 1967. Both
/// linkages are reducible, so joining any two mutual nearest neighbours gives the same tree as joining the globally nearest; the joins
/// come out of order and are sorted afterwards. Of equally near ones the chain's last but one wins, then the lowest index, as in
/// scipy.cluster.hierarchy.
/// </remarks>
public static class HierarchicalClustering
{
    /// <param name="threads">1 or more; the result is the same to the bit for any number.</param>
    public static Dendrogram Link(VectorTable table, Linkage linkage, int threads) =>
        Link(TriangularMatrix.OfDistances(table, squared: linkage == Linkage.Ward, threads), linkage);

    /// <param name="distances">Squared for Ward, plain for average; overwritten.</param>
    public static Dendrogram Link(TriangularMatrix distances, Linkage linkage)
    {
        var count = distances.Count;
        var found = new List<(int A, int B, float Height)>(Math.Max(0, count - 1));
        var chain = new Stack<int>();
        var live = new LiveClusters(distances, linkage);
        while (found.Count < count - 1)
        {
            if (chain.Count == 0)
                chain.Push(live.First);
            var tip = chain.Pop();
            var before = chain.Count > 0 ? chain.Peek() : -1;
            var (nearest, distance) = live.Nearest(tip, before);
            if (nearest == before)
            {
                chain.Pop();
                found.Add((tip, before, distance));
                live.Join(tip, before, distance);
            }
            else
            {
                chain.Push(tip);
                chain.Push(nearest);
            }
        }
        return new Dendrogram(count, Sorted(count, found, linkage));
    }

    private static List<Join> Sorted(int count, List<(int A, int B, float Height)> found, Linkage linkage)
    {
        // A stable sort: among equal heights the order in which the chain found them holds, which is never child after parent.
        var order = Enumerable.Range(0, found.Count).OrderBy(i => found[i].Height).ToArray();
        var parent = new int[count];
        var cluster = new int[count];
        var size = new int[count];
        for (var i = 0; i < count; i++)
        {
            parent[i] = cluster[i] = i;
            size[i] = 1;
        }
        int Root(int i)
        {
            while (parent[i] != i)
                i = parent[i] = parent[parent[i]];
            return i;
        }
        var joins = new List<Join>(found.Count);
        foreach (var i in order)
        {
            int a = Root(found[i].A), b = Root(found[i].B);
            var height = linkage == Linkage.Ward ? Math.Sqrt(found[i].Height) : found[i].Height;
            size[a] += size[b];
            joins.Add(new Join(Math.Min(cluster[a], cluster[b]), Math.Max(cluster[a], cluster[b]), height, size[a]));
            parent[b] = a;
            cluster[a] = count + joins.Count - 1;
        }
        return joins;
    }
}
