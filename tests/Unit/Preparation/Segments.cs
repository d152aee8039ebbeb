using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Preparation;

/// <summary>Small segments written by hand.</summary>
internal static class Segments
{
    public static Segment Of(string[] names, float[][] rows, string node = "n1", long startMs = 1_000_000, long cadenceMs = 1000, MetricKind kind = MetricKind.Gauge, double floor = 0) =>
        new()
        {
            Node = new NodeKey("test", node),
            Jobs = [new JobRun("1", "job", null, startMs, null, [])],
            StartMs = startMs,
            EndMs = null,
            CadenceMs = cadenceMs,
            Metrics = new MetricSchema([.. names.Select(n => new Metric(n, kind, "", floor))]),
            TimesMs = [.. rows.Select((_, t) => startMs + (t * cadenceMs))],
            Values = [.. rows.SelectMany(r => r)],
        };

    /// <summary>Frames from a function of the tick.</summary>
    public static Segment From(string[] names, int frames, Func<int, float[]> row, string node = "n1", long startMs = 1_000_000, MetricKind kind = MetricKind.Gauge, double floor = 0) =>
        Of(names, [.. Enumerable.Range(0, frames).Select(row)], node, startMs, kind: kind, floor: floor);
}
