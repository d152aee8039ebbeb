using Tocsin.Actors.Alerts.Book;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Words;

/// <summary>What most nodes of a fault of the site have in common besides their time, where anything is known: where to look first.</summary>
internal static class InCommon
{
    /// <returns>A sentence with a blank before it; empty where at least half of them share nothing.</returns>
    public static string Of(Group group)
    {
        if (group.Key is not { Class: FindingClass.Fault, Scope: CauseScope.Site })
            return "";
        var parts = ((string, Func<Showing, string?>)[])
        [
            ("metric", m => m.Rows.Select(r => r.Finding).FirstOrDefault(f => f.Top.Count > 0)?.Top[0].Metric),
            ("switch", m => m.Switch),
            ("job", m => m.Job?.JobId),
            ("rule", m => m.Rows.FirstOrDefault(r => r.Finding.Source == FindingSource.Rule)?.Finding.Rule),
        ];
        var shared = parts.Select(p => Most(group, p.Item1, p.Item2)).OfType<string>().ToList();
        return shared.Count == 0 ? "" : $" In common: {string.Join(", ", shared)}.";
    }

    private static string? Most(Group group, string word, Func<Showing, string?> of)
    {
        var (name, count) = group.Members.Select(of).OfType<string>().CountBy(n => n, StringComparer.Ordinal).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).FirstOrDefault();
        return name is not null && 2 * count >= group.Members.Count ? $"{word} {OneLine.Of(name, 64)} on {count}" : null;
    }
}
