namespace Tocsin.Inference.Faults;

/// <summary>Says the class of every host's fault in the next interval. Everyone gets the same past: no predictor looks further back than
/// <see cref="PastIntervals"/> intervals when it predicts (its own state carried from earlier calls is such a look and counts).</summary>
public interface IFaultPredictor
{
    /// <summary>How many past intervals a prediction may rest on.</summary>
    const int PastIntervals = 8;

    string Name { get; }

    /// <summary>Learns from nothing but the labels of <paramref name="train"/>; <paramref name="validation"/> is for early stopping and choices.</summary>
    /// <param name="history">Ends where <paramref name="validation"/> ends.</param>
    /// <param name="seed">The same history, ranges and seed give the same predictor.</param>
    void Fit(FaultHistory history, IntervalRange train, IntervalRange validation, int seed);

    /// <summary>For the interval <see cref="PastView.Target"/>.</summary>
    /// <param name="scores">hosts x classes, row-major: probabilities, each row sums to 1.</param>
    void Predict(PastView past, Span<float> scores);

    /// <summary>Called once for each interval as time goes on, before its prediction: the labels of <see cref="PastView.LastLabelled"/> are new.
    /// Whoever learns online learns here.</summary>
    void Observe(PastView past)
    {
    }
}
