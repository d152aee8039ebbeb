using Tocsin.Inference.Learning;
using Tocsin.Inference.Scoring;
using Xunit.Abstractions;

namespace Tocsin.Unit.Scoring;

/// <summary>Thresholds out of a wanted number of alerts, chosen on held-out evidence and counted on evidence that nobody saw.</summary>
public sealed class AlertBudgetSpec(ITestOutputHelper output)
{
    private const int Nodes = 40, MergeFrames = 20, Frames = 500, Runs = 150;

    private static readonly TailOptions Tails = new() { Cadence = TimeSpan.FromSeconds(15) };

    /// <summary>Hours of a node in one run.</summary>
    private static readonly double RunHours = Frames * Tails.Cadence.TotalHours;

    [Fact]
    public void Half_the_budget_is_a_higher_threshold_and_not_more_alerts()
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            var (held, fresh) = (Evidence(seed, Runs), Evidence(seed + 100, Runs));
            var before = (Threshold: double.NegativeInfinity, Alerts: int.MaxValue);
            for (var perDay = 640.0; perDay >= 0.3; perDay /= 2)
            {
                var (threshold, _) = Choose(held, perDay);
                var alerts = Count(fresh, threshold);
                Assert.True(threshold >= before.Threshold && alerts <= before.Alerts, $"seed {seed}, {perDay} a day: {threshold}, {alerts} after {before}");
                before = (threshold, alerts);
            }
        }
    }

    [Fact]
    public void What_was_held_out_shows_no_more_than_is_allowed()
    {
        var held = Evidence(1, Runs);
        for (var perDay = 640.0; perDay >= 0.3; perDay /= 2)
        {
            var (threshold, choice) = Choose(held, perDay);
            Assert.Equal(Runs * RunHours, choice.Hours, 1.0);
            Assert.Equal(perDay / 24 / Nodes * choice.Hours, choice.Allowed, 1e-9);
            Assert.Equal(Count(held, threshold), choice.Seen);
            Assert.True(choice.Seen <= choice.Allowed, choice.ToString());
            Assert.Equal(choice.Allowed < Tails.FewestEpisodes, choice.Extrapolated);
        }
    }

    /// <summary>The bound that docs/OPERATIONS.md states.</summary>
    [Theory]
    [InlineData(40, 1.5, 1.2)]
    [InlineData(10, 2, 1.3)]
    [InlineData(1, 5, 2)]
    [InlineData(0.2, 15, 5)]
    public void Of_unseen_data_of_the_same_kind_it_is_kept_within_a_stated_factor(double allowed, double worstFactor, double meanFactor)
    {
        const int seeds = 12, times = 4;
        var (worst, sum) = (0.0, 0.0);
        for (var seed = 1; seed <= seeds; seed++)
        {
            var perDay = allowed / (Runs * RunHours) * 24 * Nodes;
            var ratio = Count(Evidence(seed + 1000, Runs * times), Choose(Evidence(seed, Runs), perDay).Evidence) / (allowed * times);
            (worst, sum) = (Math.Max(worst, ratio), sum + ratio);
        }
        output.WriteLine($"{allowed} allowed: worst {worst:F2} times the budget, mean {sum / seeds:F2}");
        Assert.True(worst <= worstFactor, $"{worst:F2} times the budget");
        Assert.InRange(sum / seeds, 0.3, meanFactor);
    }

    private static (double Evidence, BudgetChoice Choice) Choose(IReadOnlyList<float[]> held, double perDay) =>
        AlarmThresholds.Choose(held, new AlertBudget(perDay, Nodes, MergeFrames), robust: 0, Tails);

    private static int Count(IReadOnlyList<float[]> runs, double threshold) => Peaks.Find(runs, threshold, MergeFrames).Count;

    /// <summary>Runs of evidence that follows itself from frame to frame, with a tail heavier than a normal one, and now and then a fault.</summary>
    private static IReadOnlyList<float[]> Evidence(int seed, int runs)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, runs).Select(_ => Run())];

        float[] Run()
        {
            var (run, z) = (new float[Frames], Normal());
            for (var t = 0; t < Frames; t++)
            {
                z = (0.9 * z) + (Math.Sqrt(1 - (0.9 * 0.9)) * Normal());
                run[t] = (float)(z > 0 ? z + (0.4 * z * z) : z);
            }
            if (random.NextDouble() < 0.03)
            {
                var (at, height) = (random.Next(Frames - 60), 3 + (20 * random.NextDouble()));
                for (var t = at; t < at + 40; t++)
                    run[t] += (float)height;
            }
            return run;
        }

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
