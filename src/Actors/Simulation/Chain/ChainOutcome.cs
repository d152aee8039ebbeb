using System.Globalization;
using System.Security.Cryptography;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Simulation.Chain;

/// <summary>What came of an input, as lines that are the same whenever and wherever its records were read: alerts by what they say of event time, without
/// their numbers and the times at which they were told; runs, segments and the state of every node to the byte.</summary>
public sealed class ChainOutcome
{
    private ChainOutcome(IReadOnlyList<string> lines, int open) => (Lines, Open) = (lines, open);

    public IReadOnlyList<string> Lines { get; }

    /// <summary>Alerts that are not cleared.</summary>
    public int Open { get; }

    /// <summary>The first lines that one of the two has and the other lacks; empty where they are the same.</summary>
    public string DifferenceTo(ChainOutcome other)
    {
        const int Most = 12;
        var less = Count(other.Lines);
        var more = Count(Lines);
        var lacks = less.Where(l => more.GetValueOrDefault(l.Key) < l.Value).Select(l => "- " + l.Key);
        var adds = more.Where(l => less.GetValueOrDefault(l.Key) < l.Value).Select(l => "+ " + l.Key);
        return string.Join('\n', lacks.Concat(adds).Take(Most));
    }

    internal static ChainOutcome Of(MemoryDatabase database, IEnumerable<TopicPartition> nodeShards)
    {
        using var store = new MemoryStore(database);
        var alerts = store.Alerts(new AlertQuery(Limit: AlertQuery.MaxLimit));
        var lines = alerts.Select(Line).ToList();
        lines.AddRange(store.Segments(new SegmentQuery()).Select(s => $"segment {s with { Jobs = [] }} of {string.Join(' ', s.Jobs)}"));
        lines.AddRange(store.Jobs(new JobQuery()).Select(j => $"run {j}"));
        lines.AddRange(store.Verdicts(new VerdictQuery()).Select(v => $"verdict {v.Verdict.Number} muted {v.Muted}"));
        lines.AddRange(store.DeadLetters(100).Select(l => $"dead letter {l}"));
        foreach (var shard in nodeShards)
        {
            store.Acquire(shard, result =>
            {
                foreach (var node in ((Acquired)result).Nodes)
                    lines.Add($"node {node.Node} {Convert.ToHexString(SHA256.HashData(node.Bytes.Span))}");
            });
        }
        return new ChainOutcome(lines, alerts.Count(a => a.Open));
    }

    private static string Line(Alert alert) => string.Create(
        CultureInfo.InvariantCulture,
        $"alert {alert.Labels} cause {alert.Cause} kind {alert.Kind} severity {alert.Severity} since {alert.SinceMs} job {alert.Job} nodes {string.Join(' ', alert.Nodes)} {(alert.Open ? "open" : $"over: {alert.Reason}")}");

    private static SortedDictionary<string, int> Count(IEnumerable<string> lines)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in lines)
            counts[line] = counts.GetValueOrDefault(line) + 1;
        return counts;
    }
}
