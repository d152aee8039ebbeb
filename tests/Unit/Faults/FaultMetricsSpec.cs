using System.Text.Json;
using Tocsin.Inference.Faults;

namespace Tocsin.Unit.Faults;

public class FaultMetricsSpec
{
    private const float Exact = 1e-6f;

    [Fact]
    public void Two_hosts_by_hand()
    {
        // Three fault classes. Interval 1: host 0 has a CPU fault and is found with its class; host 1 has none and is called none.
        // Interval 2: both faulty (RAM, disk); host 0's class is right, host 1 is missed, its class right all the same.
        var metrics = new FaultMetrics(hosts: 2, classes: 4);
        metrics.Add([FaultClass.Cpu, FaultClass.None], [0.2f, 0.6f, 0.1f, 0.1f, 0.9f, 0.02f, 0.03f, 0.05f]);
        metrics.Add([FaultClass.Ram, FaultClass.Disk], [0.3f, 0.3f, 0.4f, 0f, 0.8f, 0f, 0.05f, 0.15f]);
        var figures = metrics.At(0.5f);
        Assert.Equal(3 / 4.0, figures.Accuracy, Exact);
        Assert.Equal(1.0, figures.Precision, Exact);
        Assert.Equal(2 / 3.0, figures.Recall, Exact);
        Assert.Equal(0.8, figures.F1, Exact);
        // Interval 1, k = 1: the highest pair is (0, CPU): 1. Interval 2, k = 2: (0, RAM) 0.4, (0, CPU) 0.3: one of two.
        Assert.Equal((1 + 0.5) / 2, figures.HitRate, Exact);
        var ideal = 1 + (1 / Math.Log2(3));
        Assert.Equal((1 + (1 / ideal)) / 2, figures.Ndcg, Exact);
        Assert.Equal(1.0, figures.MacroHit, Exact);
    }

    [Fact]
    public void Equal_scores_gain_nothing_from_the_order_of_hosts()
    {
        foreach (var faulty in new[] { 0, 3 })
        {
            var metrics = new FaultMetrics(hosts: 4, classes: 2);
            var labels = new FaultClass?[] { FaultClass.None, FaultClass.None, FaultClass.None, FaultClass.None };
            labels[faulty] = FaultClass.Cpu;
            metrics.Add(labels, [0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f]);
            Assert.Equal(0.25, metrics.At(0.4f).HitRate, Exact);
            Assert.Equal(0.25, metrics.At(0.4f).Ndcg, Exact);
        }
    }

    [Fact]
    public void The_threshold_is_the_one_with_the_highest_F1()
    {
        var metrics = new FaultMetrics(hosts: 5, classes: 2);
        metrics.Add([FaultClass.Cpu, FaultClass.Cpu, FaultClass.None, FaultClass.Cpu, FaultClass.None],
            [0.1f, 0.9f, 0.3f, 0.7f, 0.5f, 0.5f, 0.6f, 0.4f, 0.95f, 0.05f]);
        var threshold = metrics.BestThreshold();
        // Four named, three of them right and none missed: 6 / 7.
        Assert.InRange(threshold, 0.05f, 0.4f);
        Assert.Equal(6 / 7.0, metrics.At(threshold).F1, Exact);
    }

    [Fact]
    public void Unknown_labels_count_for_nothing()
    {
        var metrics = new FaultMetrics(hosts: 2, classes: 2);
        metrics.Add([null, FaultClass.Cpu], [0f, 1f, 0.1f, 0.9f]);
        var figures = metrics.At(0.5f);
        Assert.Equal(1.0, figures.Accuracy, Exact);
        Assert.Equal(1.0, figures.HitRate, Exact);
    }

    [Fact]
    public void Without_a_fault_there_is_no_figure_of_faults()
    {
        var metrics = new FaultMetrics(hosts: 1, classes: 2);
        metrics.Add([FaultClass.None], [0.9f, 0.1f]);
        Assert.True(double.IsNaN(metrics.At(0.5f).HitRate));
        Assert.True(double.IsNaN(metrics.At(0.5f).Recall));
    }

    /// <summary>The fixture's generator stands beside it.</summary>
    [Fact]
    public void The_figures_are_those_of_scikit_learn()
    {
        using var stream = typeof(FaultMetricsSpec).Assembly.GetManifestResourceStream("fault_metrics.json")!;
        using var file = JsonDocument.Parse(stream);
        var root = file.RootElement;
        int hosts = root.GetProperty("hosts").GetInt32(), classes = root.GetProperty("classes").GetInt32();
        FaultClass?[] labels = [.. root.GetProperty("labels").EnumerateArray().Select(l => (FaultClass?)l.GetInt32())];
        float[] scores = [.. root.GetProperty("scores").EnumerateArray().Select(s => s.GetSingle())];
        var metrics = new FaultMetrics(hosts, classes);
        for (var t = 0; t < root.GetProperty("intervals").GetInt32(); t++)
            metrics.Add(labels.AsSpan(t * hosts, hosts), scores.AsSpan(t * hosts * classes, hosts * classes));
        var figures = metrics.At(root.GetProperty("threshold").GetSingle());
        foreach (var (name, value) in new[] { ("accuracy", figures.Accuracy), ("precision", figures.Precision), ("recall", figures.Recall), ("f1", figures.F1), ("hr", figures.HitRate), ("ndcg", figures.Ndcg), ("macro_hr1", figures.MacroHit) })
            Assert.Equal(root.GetProperty(name).GetDouble(), value, 1e-6f);
    }
}
