using Tocsin.Shared;

namespace Tocsin.Inference.Preparation;

/// <summary>From a metric's unit to the scale on which it is judged.</summary>
internal static class MetricRules
{
    /// <summary>Of the transformed value: below a change by a third a heavy-tailed metric has said nothing.</summary>
    private const double LogFloor = 0.3;

    private const double LeastFloor = 1e-6;

    /// <summary>Counts and rates range over decades; shares, sizes and what sensors measure do not.</summary>
    private static readonly HashSet<string> HeavyTailed = new(StringComparer.Ordinal)
    {
        "1/s", "bytes/s", "KiB/s", "pages/s", "s/op", "procs", "requests", "sockets", "files", "entries",
    };

    public static MetricPlan PlanFor(Metric metric, Treatment treatment)
    {
        // A differenced level has another unit than the catalogue's floor speaks of.
        if (treatment is Treatment.Increase or Treatment.Decrease)
            return new MetricPlan(metric.Name, metric.Unit + "/s", treatment, 0, LeastFloor);
        if (HeavyTailed.Contains(metric.Unit) && metric.SigmaFloor > 0)
        {
            // The pivot puts the catalogue's floor at LogFloor for values near 0: log(1 + floor / pivot) is about floor / pivot there.
            return new MetricPlan(metric.Name, metric.Unit, treatment, metric.SigmaFloor / LogFloor, LogFloor);
        }
        return new MetricPlan(metric.Name, metric.Unit, treatment, 0, Math.Max(metric.SigmaFloor, LeastFloor));
    }
}
