namespace Tocsin.Actors.Alerts.Words;

/// <summary>For whoever mistyped a word.</summary>
internal static class Spelling
{
    private const int MaxLength = 64;

    /// <summary>"the nearest is 'x'", by edits of one character; what is longer than 64 is only looked at so far.</summary>
    public static string Nearest(string word, IEnumerable<string> known)
    {
        var nearest = known.OrderBy(k => Distance(word, k)).ThenBy(k => k, StringComparer.Ordinal).FirstOrDefault();
        return nearest is null ? "there are none" : $"the nearest is '{nearest}'";
    }

    /// <summary>Levenshtein, two rows.</summary>
    private static int Distance(string a, string b)
    {
        var x = a.AsSpan(0, Math.Min(a.Length, MaxLength));
        var y = b.AsSpan(0, Math.Min(b.Length, MaxLength));
        Span<int> before = stackalloc int[MaxLength + 1];
        Span<int> row = stackalloc int[MaxLength + 1];
        for (var j = 0; j <= y.Length; j++)
            before[j] = j;
        for (var i = 1; i <= x.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= y.Length; j++)
                row[j] = Math.Min(Math.Min(row[j - 1], before[j]) + 1, before[j - 1] + (x[i - 1] == y[j - 1] ? 0 : 1));
            row.CopyTo(before);
        }
        return before[y.Length];
    }
}
