using Tocsin.Actors.Faults.Labels;
using Tocsin.Inference.Faults;
using Tocsin.Shared;

namespace Tocsin.Actors.Faults.Learning;

/// <summary>How many faults are known, by origin and class. Those without a class count by themselves.</summary>
/// <param name="Faults">Records of a fault of that class, or of "healthy".</param>
/// <param name="Intervals">Host-intervals of them that are kept, each fault for an hour at most.</param>
public sealed record LabelCount(LabelOrigin Origin, FaultClass? Class, int Faults, int Intervals);

/// <summary>Whether there is enough to learn from. Pure.</summary>
public static class LabelTally
{
    public static IReadOnlyList<LabelCount> Of(LabelBook book, KeptIntervals kept, FaultModelSettings settings, long nowMs) =>
    [
        .. book.All.Where(r => !r.Undone).GroupBy(r => (r.Origin, r.Fault)).OrderBy(g => g.Key.Origin).ThenBy(g => g.Key.Fault)
            .Select(g => new LabelCount(g.Key.Origin, g.Key.Fault, g.Count(), g.Sum(r => Numbers(r, settings, nowMs).Count(n => IsThere(r, n, kept))))),
    ];

    /// <summary>Intervals that a record speaks of, an hour of them at most.</summary>
    public static IEnumerable<long> Numbers(LabelRecord record, FaultModelSettings settings, long nowMs)
    {
        var first = record.FromMs / settings.IntervalMs;
        var last = (Math.Min(record.UntilMs ?? nowMs, nowMs) - 1) / settings.IntervalMs;
        for (var n = first; n <= last && n < first + FaultModelSettings.MostOfOneFault; n++)
            yield return n;
    }

    /// <returns>Null: it is enough. Else what is missing, in one line.</returns>
    public static string? Missing(IReadOnlyList<LabelCount> counts, FaultModelSettings settings)
    {
        var classes = counts.Where(c => c.Class is not (null or FaultClass.None)).GroupBy(c => c.Class!.Value).ToDictionary(g => g.Key, g => g.Sum(c => c.Intervals));
        int labels = classes.Values.Sum(), faults = counts.Where(c => c.Class is not (null or FaultClass.None)).Sum(c => c.Intervals > 0 ? c.Faults : 0);
        if (labels < settings.MinLabels)
            return $"{labels} of {settings.MinLabels} labelled faulty host-intervals";
        if (faults < settings.MinFaults)
            return $"{faults} of {settings.MinFaults} separate faults";
        return classes.Count(c => c.Value >= FaultModelSettings.LeastOfClass) < 2
            ? $"labels of two classes with {FaultModelSettings.LeastOfClass} host-intervals each; there are {string.Join(", ", classes.OrderBy(c => c.Key).Select(c => $"{c.Value} of {c.Key.ToString().ToLowerInvariant()}"))}"
            : null;
    }

    private static bool IsThere(LabelRecord record, long number, KeptIntervals kept) =>
        kept.Find(number) is not null && kept.Find(number - 1) is { } before && kept.Place(number - 1, new NodeKey(record.Cluster, record.Node)) is >= 0 and var place && before.IsPresent(place);
}
