using Tocsin.Inference.Faults;

namespace Tocsin.Unit.Faults;

public class FaultTrialSpec
{
    [Fact]
    public void A_predictor_is_fitted_on_what_ends_before_the_test_and_asked_in_the_order_of_time()
    {
        var history = History(labelDelay: 2);
        var split = FaultSplit.Of(history.Length);
        var watcher = new Watcher();
        FaultTrial.Run(watcher, history, split, seed: 1);
        Assert.Equal(split.Validation.End, watcher.FittedOn);
        // Validation without observing, then the test part: observed, then predicted, each interval once.
        var test = Enumerable.Range(split.Test.First, split.Test.Length);
        Assert.Equal([.. Enumerable.Range(split.Validation.First, split.Validation.Length).Select(t => $"predict {t}"), .. test.SelectMany(t => new[] { $"observe {t}", $"predict {t}" })], watcher.Calls);
        Assert.All(watcher.Delays, d => Assert.Equal(2, d));
    }

    [Fact]
    public void The_parts_follow_each_other_in_time_and_miss_nothing()
    {
        var split = FaultSplit.Of(1000);
        Assert.Equal((0, 600, 750, 1000), (split.Train.First, split.Train.End, split.Validation.End, split.Test.End));
        Assert.Equal((split.Train.End, split.Validation.End), (split.Validation.First, split.Test.First));
    }

    private static FaultHistory History(int labelDelay)
    {
        var history = new FaultHistory(hosts: 2, features: 1, classes: 3) { LabelDelay = labelDelay };
        for (var t = 0; t < 40; t++)
        {
            history.Add(new HostInterval(2, 1, [t, t], []));
            history.SetLabel(t, 0, t % 3 == 0 ? FaultClass.Ram : FaultClass.None);
            history.SetLabel(t, 1, FaultClass.None);
        }
        return history;
    }

    private sealed class Watcher : IFaultPredictor
    {
        public string Name => "watcher";

        public int FittedOn { get; private set; }

        public List<string> Calls { get; } = [];

        public List<int> Delays { get; } = [];

        public void Fit(FaultHistory history, IntervalRange train, IntervalRange validation, int seed) => FittedOn = history.Length;

        public void Predict(PastView past, Span<float> scores)
        {
            Calls.Add($"predict {past.Target}");
            Delays.Add(past.Delay);
            scores.Fill(1f / past.Classes);
        }

        public void Observe(PastView past) => Calls.Add($"observe {past.Target}");
    }
}
