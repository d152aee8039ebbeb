using Tocsin.Daemon.Benches;
using Tocsin.Shared;

namespace Tocsin.Unit.Benches;

public class FaultBenchSpec
{
    private static readonly Bench Faults = Bench.All.Single(b => b.Name == "faults");

    [Fact]
    public void Every_figure_of_a_method_has_its_mean_and_its_deviation()
    {
        var figures = Faults.OnData!(new BenchData(null, null, Epochs: 1, Count: 2, Only: "rule,oracle,prior,persistence,logistic") { Intervals = 240 });
        foreach (var method in new[] { "oracle", "prior", "persistence", "logistic" })
        {
            foreach (var figure in new[] { "accuracy", "precision", "recall", "f1", "hr", "ndcg", "macro_hr1" })
            {
                Assert.InRange(figures[$"rule/{method}/{figure}"], 0, 1);
                Assert.True(figures[$"rule/{method}/{figure}_sd"] >= 0);
            }
        }
        Assert.True(figures["rule/oracle/f1"] > figures["rule/persistence/f1"]);
        Assert.DoesNotContain(figures.Keys, k => k.StartsWith("cause/", StringComparison.Ordinal));
    }

    [Fact]
    public void A_method_that_is_not_there_is_told_with_those_that_are()
    {
        var failure = Assert.Throws<BadDataException>(() => Faults.OnData!(new BenchData(null, null, null, Only: "guessing")));
        Assert.Contains("guessing", failure.Message, StringComparison.Ordinal);
        Assert.Contains("PreGAN-like", failure.Message, StringComparison.Ordinal);
    }
}
