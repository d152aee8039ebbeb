namespace Tocsin.Inference.Patterns;

/// <summary>One join. Clusters 0..n-1 are the things themselves; join i makes cluster n + i.</summary>
/// <param name="Left">Below <paramref name="Right"/>.</param>
/// <param name="Height">The linkage's distance between the two, not below that of an earlier join.</param>
/// <param name="Size">Things under the join.</param>
public readonly record struct Join(int Left, int Right, double Height, int Size);

/// <summary>What was joined, by rising height: n - 1 joins of n things.</summary>
public sealed class Dendrogram(int count, IReadOnlyList<Join> joins)
{
    public int Count => count;

    public IReadOnlyList<Join> Joins => joins;

    /// <summary>The clusters that are left when nothing is joined that lies further apart, numbered by their first thing.</summary>
    public int[] CutAt(double height) => Cut(count - joins.Count(j => j.Height <= height));

    /// <summary>The clusters that remain when the <paramref name="clusters"/> - 1 highest joins are undone, numbered by their first thing.</summary>
    /// <param name="clusters">1..n.</param>
    public int[] Cut(int clusters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, Math.Min(1, count));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clusters, count);
        var parent = new int[count + joins.Count];
        for (var c = 0; c < parent.Length; c++)
            parent[c] = c;
        for (var j = 0; j < count - clusters; j++)
            parent[joins[j].Left] = parent[joins[j].Right] = count + j;
        var numbers = new Dictionary<int, int>();
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            var root = i;
            while (parent[root] != root)
                root = parent[root] = parent[parent[root]];
            if (!numbers.TryGetValue(root, out labels[i]))
                numbers[root] = labels[i] = numbers.Count;
        }
        return labels;
    }
}
