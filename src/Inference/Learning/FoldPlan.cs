namespace Tocsin.Inference.Learning;

/// <summary>Deals whole segments into parts, each pattern evenly.</summary>
internal static class FoldPlan
{
    /// <param name="patterns">Per segment its pattern, -1 = none.</param>
    /// <param name="starts">Per segment its start, for an order that does not depend on the reading.</param>
    /// <returns>Per segment its part.</returns>
    public static int[] Deal(IReadOnlyList<int> patterns, IReadOnlyList<long> starts, int parts)
    {
        var part = new int[patterns.Count];
        var offset = 0;
        foreach (var members in Enumerable.Range(0, patterns.Count).GroupBy(i => patterns[i]).OrderBy(g => g.Key))
        {
            // Patterns begin at different parts, else the first part would hold every small one.
            var next = offset++;
            foreach (var i in members.OrderBy(i => starts[i]).ThenBy(i => i))
                part[i] = next++ % parts;
        }
        return part;
    }
}
