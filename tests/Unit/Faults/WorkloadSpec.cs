using Tocsin.Inference.Faults;
using Tocsin.Inference.Faults.Workload;

namespace Tocsin.Unit.Faults;

public class WorkloadSpec
{
    [Fact]
    public void The_same_options_give_the_same_history_whether_or_not_the_oracle_is_asked()
    {
        var options = new WorkloadOptions { Intervals = 60, Seed = 5 };
        var once = WorkloadGenerator.Generate(options);
        var again = WorkloadGenerator.Generate(options, new IntervalRange(20, 40), draws: 8);
        for (var t = 0; t < 60; t++)
        {
            Assert.True(once.Rule[t].Values.SequenceEqual(again.Rule[t].Values));
            Assert.True(once.Rule[t].Edges.SequenceEqual(again.Rule[t].Edges));
            for (var h = 0; h < 16; h++)
            {
                Assert.Equal(once.Rule.Label(t, h), again.Rule.Label(t, h));
                Assert.Equal(once.Cause.Label(t, h), again.Cause.Label(t, h));
            }
        }
        var other = WorkloadGenerator.Generate(options with { Seed = 6 });
        Assert.False(once.Rule[30].Values.SequenceEqual(other.Rule[30].Values));
    }

    [Fact]
    public void What_comes_later_does_not_change_what_was()
    {
        var some = WorkloadGenerator.Generate(new WorkloadOptions { Intervals = 40, Seed = 5 });
        var drifting = WorkloadGenerator.Generate(new WorkloadOptions { Intervals = 80, Seed = 5, DriftAt = 40 });
        for (var t = 0; t < 40; t++)
            Assert.True(some.Rule[t].Values.SequenceEqual(drifting.Rule[t].Values));
    }

    [Fact]
    public void The_shares_of_the_classes_are_near_the_papers()
    {
        var run = WorkloadGenerator.Generate(new WorkloadOptions { Intervals = 3000, Seed = 2 });
        var shares = Shares(run.Rule);
        Assert.InRange(shares[0], 0.67, 0.78);
        Assert.InRange(shares[1], 0.03, 0.10);
        Assert.InRange(shares[2], 0.08, 0.16);
        Assert.InRange(shares[3], 0.06, 0.13);
        Assert.All(Shares(run.Cause)[1..], share => Assert.InRange(share, 0.004, 0.06));
    }

    [Fact]
    public void Values_are_shares_and_edges_join_two_hosts()
    {
        var run = WorkloadGenerator.Generate(new WorkloadOptions { Hosts = 40, Intervals = 200, Seed = 3 });
        var edges = 0;
        for (var t = 0; t < 200; t++)
        {
            foreach (var value in run.Rule[t].Values)
                Assert.InRange(value, 0f, 1f);
            foreach (var edge in run.Rule[t].Edges)
            {
                Assert.NotEqual(edge.From, edge.To);
                edges++;
            }
        }
        Assert.InRange(edges, 100, 4000);
    }

    [Fact]
    public void The_oracle_is_a_distribution_that_beats_persistence_by_far()
    {
        var range = new IntervalRange(100, 500);
        var run = WorkloadGenerator.Generate(new WorkloadOptions { Intervals = 500, Seed = 4 }, range, draws: 40);
        FaultMetrics oracle = new(16, 4), persistence = new(16, 4);
        for (var t = range.First; t < range.End; t++)
        {
            var labels = Enumerable.Range(0, 16).Select(h => run.Rule.Label(t, h)).ToArray();
            var last = new float[64];
            for (var h = 0; h < 16; h++)
            {
                last[(h * 4) + (int)run.Rule.Label(t - 1, h)!] = 1;
                Assert.Equal(1f, run.Oracle!.Rule(t).Slice(h * 4, 4).ToArray().Sum(), 1e-4f);
            }
            oracle.Add(labels, run.Oracle!.Rule(t));
            persistence.Add(labels, last);
        }
        Assert.True(0.9 * oracle.At(0.5f).F1 > persistence.At(0.5f).F1 + 0.05);
    }

    [Fact]
    public void After_the_drift_the_hosts_do_other_things()
    {
        var run = WorkloadGenerator.Generate(new WorkloadOptions { Intervals = 1600, Seed = 7, DriftAt = 800 });
        double before = Mean(run.Rule, 0, 800, HostFeatures.DiskWrite), after = Mean(run.Rule, 900, 1600, HostFeatures.DiskWrite);
        Assert.True(after > 1.1 * before, $"{before:F3} and {after:F3}");
    }

    private static double[] Shares(FaultHistory history)
    {
        var counts = new double[history.Classes];
        for (var t = 0; t < history.Length; t++)
        {
            for (var h = 0; h < history.Hosts; h++)
                counts[(int)history.Label(t, h)!] += 1.0 / (history.Length * history.Hosts);
        }
        return counts;
    }

    private static double Mean(FaultHistory history, int first, int end, int feature)
    {
        double sum = 0;
        for (var t = first; t < end; t++)
        {
            for (var h = 0; h < history.Hosts; h++)
                sum += history[t].Row(h)[feature];
        }
        return sum / ((end - first) * history.Hosts);
    }
}
