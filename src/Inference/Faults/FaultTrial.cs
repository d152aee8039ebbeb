namespace Tocsin.Inference.Faults;

/// <summary>The three parts of a history, in the order of time: 60 % to train on, 15 % for choices, 25 % to be measured on.</summary>
public readonly record struct FaultSplit(IntervalRange Train, IntervalRange Validation, IntervalRange Test)
{
    public static FaultSplit Of(int intervals)
    {
        int train = intervals * 60 / 100, validation = intervals * 75 / 100;
        return new FaultSplit(new IntervalRange(0, train), new IntervalRange(train, validation), new IntervalRange(validation, intervals));
    }
}

/// <summary>One predictor on one history: fitted on what ends with the validation part, its threshold chosen there, then asked interval by interval about the rest.</summary>
public static class FaultTrial
{
    /// <summary>A predictor that looks at anything but its <see cref="PastView"/> cannot: what it fits on ends before the test part.</summary>
    public static FaultFigures Run(IFaultPredictor predictor, FaultHistory history, FaultSplit split, int seed)
    {
        var threshold = Fit(predictor, history, split, seed);
        return Ask(predictor, history, split.Test, observes: true).At(threshold);
    }

    /// <returns>The threshold with the highest F1 on validation.</returns>
    public static float Fit(IFaultPredictor predictor, FaultHistory history, FaultSplit split, int seed)
    {
        predictor.Fit(history.Until(split.Validation.End), split.Train, split.Validation, seed);
        return Ask(predictor, history, split.Validation, observes: false).BestThreshold();
    }

    /// <param name="observes">Whether time goes on for the predictor: then it learns what it learns online.</param>
    public static FaultMetrics Ask(IFaultPredictor predictor, FaultHistory history, IntervalRange range, bool observes)
    {
        var metrics = new FaultMetrics(history.Hosts, history.Classes);
        var scores = new float[history.Hosts * history.Classes];
        var labels = new FaultClass?[history.Hosts];
        for (var t = Math.Max(range.First, 1); t < range.End; t++)
        {
            var past = new PastView(history, t);
            if (observes)
                predictor.Observe(past);
            predictor.Predict(past, scores);
            for (var h = 0; h < labels.Length; h++)
                labels[h] = history.Label(t, h);
            metrics.Add(labels, scores);
        }
        return metrics;
    }

    /// <summary>The same for scores that were computed before.</summary>
    /// <param name="scores">Of an interval, hosts x classes.</param>
    public static FaultMetrics Ask(Func<int, ReadOnlySpan<float>> scores, FaultHistory history, IntervalRange range)
    {
        var metrics = new FaultMetrics(history.Hosts, history.Classes);
        var labels = new FaultClass?[history.Hosts];
        for (var t = range.First; t < range.End; t++)
        {
            for (var h = 0; h < labels.Length; h++)
                labels[h] = history.Label(t, h);
            metrics.Add(labels, scores(t));
        }
        return metrics;
    }
}
