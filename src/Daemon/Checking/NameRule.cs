using System.Text.RegularExpressions;

namespace Tocsin.Daemon.Checking;

/// <summary>Guesses the rule that turns Prometheus' names into Slurm's, where the one is the other with something before or behind it.</summary>
internal static class NameRule
{
    /// <returns>A line of <c>identity.rules</c>; null where no such difference is common to the most.</returns>
    public static string? Guess(IEnumerable<string> slurm, IReadOnlyCollection<string> prometheus)
    {
        var missing = slurm.ToList();
        var common = missing
            .SelectMany(name => prometheus.Where(p => p.Length > name.Length && p.Contains(name, StringComparison.Ordinal))
                .Select(p => (Before: p[..p.IndexOf(name, StringComparison.Ordinal)], After: p[(p.IndexOf(name, StringComparison.Ordinal) + name.Length)..])))
            // A number that goes on is another number: n1 is not in n12.
            .Where(d => !(d.After.Length > 0 && char.IsAsciiDigit(d.After[0])))
            .GroupBy(d => d).OrderByDescending(g => g.Count()).FirstOrDefault();
        if (common is null || common.Count() * 2 < missing.Count)
            return null;
        return $"identity.rules: [{{label: instance, pattern: '{Regex.Escape(common.Key.Before)}(.+){Regex.Escape(common.Key.After)}(:[0-9]+)?', node: $1}}]";
    }
}
