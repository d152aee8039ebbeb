namespace Tocsin.Daemon.Config;

/// <summary>What was meant by a key that there is not.</summary>
internal static class NearestKey
{
    public static string Hint(string unknown, IEnumerable<string> known)
    {
        var keys = known.Where(k => !k.EndsWith("[]", StringComparison.Ordinal)).ToList();
        var below = keys.Where(k => k.StartsWith(unknown + ".", StringComparison.Ordinal) || k.StartsWith(unknown + "[].", StringComparison.Ordinal)).ToList();
        if (below.Count > 0)
            return $"it is a section of keys: {string.Join(", ", below.Take(6))}";
        var nearest = keys.MinBy(k => (Distance(unknown, k), k))!;
        var tail = keys.Where(k => Last(k) == Last(unknown)).MinBy(k => Distance(unknown, k));
        var best = Distance(unknown, nearest) <= Math.Max(2, unknown.Length / 5) ? nearest : tail ?? nearest;
        return $"the nearest one is {best}";
    }

    /// <summary>Insertions, deletions, changes and swaps of neighbours (optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = a[i - 1] == b[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }

    private static string Last(string key) => key[(key.LastIndexOf('.') + 1)..];
}
