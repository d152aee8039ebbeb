using Tocsin.Actors.Alerts.Findings;
using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

/// <summary>Frames of a few metrics, on the catalogue's terms.</summary>
internal static class Frames
{
    public static IReadOnlyDictionary<string, Metric> Catalogued { get; } = Catalogue.Default.Metrics.ToDictionary(m => m.Name);

    public static FindingContext Idle { get; } = new(Scene.Node("a"), null, 0, 0);

    public static FindingContext In(string job, int nodes = 4) => new(Scene.Node("a"), Scene.Job(job), nodes, 0);

    public static MetricSchema Schema(params string[] metrics) => new([.. metrics.Select(m => Catalogued.GetValueOrDefault(m) ?? new Metric(m, MetricKind.Gauge, "", 1))]);

    public static Frame Of(MetricSchema schema, int second, params float[] values) => new(Scene.Node("a"), Scene.StartMs + second * 1000L, schema, values);
}
