using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Policies;
using Tocsin.Checkpointing.Simulation;

namespace Tocsin.CheckpointingTests.Simulation;

public sealed class SimulatorSpec
{
    private const double Hour = 3600;

    /// <summary>One endless job of 64 nodes, alone with the storage.</summary>
    private static readonly ClusterModel Alone = new([64], 32, 300, StorageNodes: 1000, WorkS: double.PositiveInfinity);

    private static FailureTrace Trace(double jobMtbfS, int seed, FailureLaw? law = null) =>
        FailureTrace.Draw(law ?? FailureLaw.Exponential, 64 * jobMtbfS, Alone.Nodes, 3000 * jobMtbfS, 600, Correlation.None, seed);

    [Theory]
    [InlineData(10)]
    [InlineData(50)]
    public void The_waste_of_Young_and_Daly_is_what_their_theory_says(double mtbfHours)
    {
        var mtbf = mtbfHours * Hour;
        var told = new Told(1 / (64 * mtbf), Alone.CostsOf);
        var shares = Enumerable.Range(1, 5).Select(seed => PolicyRun.Of(Alone, Trace(mtbf, seed), [], new YoungDaly(told), null, seed).Share).ToList();
        var expected = AnalyticWaste.Periodic(BestPeriod.Young(300, mtbf), 300, 300, 600, mtbf);
        Assert.Equal(expected, shares.Average(), 0.04 * expected);
    }

    [Fact]
    public void With_a_predictor_the_waste_is_what_Aupy_et_al_derive()
    {
        var mtbf = 50 * Hour;
        var predictor = new Predictor(0.8, 0.5, Hour);
        var told = new Told(1 / (64 * mtbf), Alone.CostsOf, 0.8, 0.5, Hour);
        var shares = Enumerable.Range(1, 5).Select(seed =>
        {
            var trace = Trace(mtbf, seed);
            return PolicyRun.Of(Alone, trace, predictor.Draw(trace, Alone.Names(), seed), new PredictionAware(told), null, seed).Share;
        }).ToList();
        // They act on each prediction that pays only, so they waste a little less than acting on all of them does.
        var all = AnalyticWaste.Predicted(BestPeriod.Predicted(300, mtbf, 0.8), 300, 300, 600, mtbf, 0.8, 0.5);
        Assert.InRange(shares.Average(), 0.85 * all, 1.03 * all);
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures_to_the_last_bit()
    {
        var cell = new GridCell(new Weibull(0.7), GridCell.YearS, 300, new Predictor(0.5, 0.5, 900));
        var (one, two) = (Contest.Run(cell, Contender.All, 3), Contest.Run(cell, Contender.All, 3));
        Assert.Equal(one, two);
        Assert.NotEqual(one[^1], Contest.Run(cell, Contender.All, 4)[^1]);
    }

    [Fact]
    public void What_is_told_nothing_stays_near_what_is_told_everything()
    {
        var cell = new GridCell(FailureLaw.Exponential, GridCell.YearS, 300, new Predictor(0.9, 0.9, 900));
        var sums = new double[Contender.All.Count];
        for (var seed = 0; seed < 4; seed++)
        {
            var wastes = Contest.Run(cell, Contender.All, seed);
            for (var i = 0; i < sums.Length; i++)
                sums[i] += wastes[i].Share;
            Assert.True(wastes[^1].WorstOverhead <= 0.2, $"{wastes[^1].WorstOverhead} of a job's time went into checkpoints");
        }
        var told = Contender.All.Zip(sums).Where(c => c.First.Told).Min(c => c.Second);
        Assert.InRange(sums[^1] / told, 0.9, 1.1);
        Assert.InRange(sums[^1] / sums[Contender.All.ToList().FindIndex(c => c.Name == Contender.YoungDaly)], 0, 0.7);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.7)]
    [InlineData(0.5)]
    public void Every_law_has_the_mean_that_it_is_asked_for(double shape)
    {
        var trace = FailureTrace.Draw(new Weibull(shape), 1e7, 2000, 3e7, 0, Correlation.None, 1);
        Assert.Equal(1e7, trace.MtbfS, 0.06e7);
    }

    [Fact]
    public void Failures_that_come_together_are_counted_within_the_mean()
    {
        var trace = FailureTrace.Draw(new LogNormal(1), 1e7, 2000, 3e7, 0, new Correlation(RackShare: 0.2, BurstShare: 0.2), 1);
        Assert.Equal(1e7, trace.MtbfS, 0.1e7);
    }

    [Fact]
    public void A_predictor_has_the_recall_and_the_precision_that_it_is_asked_for()
    {
        var trace = Trace(10 * Hour, 1);
        var said = new Predictor(0.6, 0.4, 1000).Draw(trace, Alone.Names(), 2);
        var dates = trace.Failures.Select(f => (long)(f.AtS * 1000)).ToHashSet();
        var right = said.Count(p => dates.Contains(p.FromMs));
        Assert.Equal(0.6, (double)right / trace.Failures.Count, 0.03);
        Assert.Equal(0.4, (double)right / said.Count, 0.03);
    }

    [Fact]
    public void Who_writes_at_the_same_time_waits_for_the_others()
    {
        var two = new ClusterModel([64, 64], 0, 600, StorageNodes: 64, WorkS: double.PositiveInfinity);
        var none = new FailureTrace(128, 5000, []);
        var waste = PolicyRun.Of(two, none, [], new Periodic(Hour), null, 1);
        // 600 s and 300 s of the second, half as large: shared until the smaller one is written.
        Assert.Equal(64 * (900 + 600), waste.Checkpoints, 1.0);
    }

    [Fact]
    public void With_no_spare_a_job_waits_for_the_repair()
    {
        var bare = Alone with { Spares = 0 };
        var trace = new FailureTrace(64, 100 * Hour, [new NodeFailure(10 * Hour, 5, 30 * Hour)]);
        var waste = PolicyRun.Of(bare, trace, [], new Periodic(1e9), null, 1);
        Assert.Equal(64 * 10 * Hour, waste.Lost, 1.0);
        Assert.Equal(64 * ((20 * Hour) + 300), waste.Restarts, 1.0);
    }

    [Fact]
    public void A_move_before_an_exact_date_loses_nothing_but_its_own_time()
    {
        var trace = new FailureTrace(Alone.Nodes, 100 * Hour, [new NodeFailure(10 * Hour, 5, 30 * Hour)]);
        var told = new Told(1e-12, Alone.CostsOf, 0.9, 0.95, Hour);
        var said = new Predictor(1, 1, Hour).Draw(trace, Alone.Names(), 1);
        var waste = PolicyRun.Of(Alone, trace, said, new Adaptive(told, new AdaptiveOptions()), null, 1);
        Assert.Equal((1, 1, 0), (waste.CheckpointCount, waste.MoveCount, waste.Strikes));
        Assert.Equal(64 * 600, waste.Share * waste.Total, 1.0);
    }
}
