using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks.Streams;

/// <summary>Which alerts a subscriber wants: <c>node=</c>, <c>job=</c>, <c>kind=</c> are lists with commas, <c>severity=</c> is the least.</summary>
public sealed class AlertFilter
{
    private const int MaxValues = 256;

    private readonly HashSet<string> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _jobs = new(StringComparer.Ordinal);
    private readonly HashSet<FaultKind> _kinds = [];
    private Severity _least = Severity.Info;

    public static AlertFilter All { get; } = new();

    /// <returns>Null where it was understood; else one line that names the key, the value and what may stand there.</returns>
    public static string? TryParse(IEnumerable<KeyValuePair<string, string>> query, out AlertFilter filter)
    {
        filter = new AlertFilter();
        foreach (var (key, value) in query)
        {
            var words = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length is 0 or > MaxValues)
                return $"{key}: 1 to {MaxValues} values, not {words.Length}";
            switch (key)
            {
                case "node":
                    filter._nodes.UnionWith(words);
                    break;
                case "job":
                    filter._jobs.UnionWith(words);
                    break;
                case "kind":
                    foreach (var word in words)
                    {
                        if (!IsWord<FaultKind>(word, out var kind))
                            return $"kind: '{OneLine.Of(word, 40)}' is none of {Words<FaultKind>()}";
                        filter._kinds.Add(kind);
                    }
                    break;
                case "severity":
                    if (words.Length != 1 || !IsWord(words[0], out filter._least))
                        return $"severity: '{OneLine.Of(value, 40)}' is none of {Words<Severity>()}";
                    break;
                default:
                    return $"'{OneLine.Of(key, 40)}' is none of node, job, severity, kind";
            }
        }
        return null;
    }

    public bool Wants(Alert alert) =>
        alert.Severity >= _least
        && (_kinds.Count == 0 || _kinds.Contains(alert.Kind) || _kinds.Contains(alert.Labels.Kind))
        && (_jobs.Count == 0 || (alert.Job is { } job && _jobs.Contains(job.JobId)) || (alert.Labels.Job is { } label && _jobs.Contains(label)))
        && (_nodes.Count == 0 || (alert.Labels.Node is { } node && _nodes.Contains(node)) || alert.Nodes.Any(_nodes.Contains)
            // Not all of its nodes are named: it may be one of them.
            || alert.NodeCount > alert.Nodes.Count);

    private static bool IsWord<T>(string word, out T value) where T : struct, Enum =>
        Enum.TryParse(word, ignoreCase: true, out value) && char.IsAsciiLetter(word[0]) && !word.Contains(',');

    private static string Words<T>() where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()));
}
