using Tocsin.Shared;

namespace Tocsin.Unit;

public sealed class MetricSchemaSpec
{
    [Fact]
    public void Finds_a_column_by_name_and_refuses_doubles()
    {
        var metric = new Metric("load1", MetricKind.Gauge, "", 0.1);
        var schema = new MetricSchema([metric]);
        Assert.Equal(0, schema.IndexOf("load1"));
        Assert.Equal(-1, schema.IndexOf("load5"));
        Assert.Throws<ArgumentException>(() => new MetricSchema([metric, metric]));
    }
}
