using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>FT-MoE among the predictors that are measured side by side.</summary>
public sealed class FtMoePredictor(FtMoeOptions? options = null) : IFaultPredictor
{
    private readonly FtMoeOptions _options = options ?? new FtMoeOptions();
    private ModelServing? _serving;
    private bool _observes;

    public string Name => _options.Name;

    /// <summary>Validation loss after each epoch of the last <see cref="Fit"/>.</summary>
    public IReadOnlyList<double> ValidationLosses { get; private set; } = [];

    /// <summary>Null without online tuning and before <see cref="Fit"/>.</summary>
    public OnlineTuner? Tuner { get; private set; }

    /// <summary>The one that serves.</summary>
    /// <exception cref="InvalidOperationException">There was no <see cref="Fit"/> yet.</exception>
    public FaultModel Model => Tuner?.Versions.Model ?? Serving.Model;

    private ModelServing Serving => _serving ?? throw new InvalidOperationException($"{Name} was not fitted yet");

    public void Fit(FaultHistory history, IntervalRange train, IntervalRange validation, int seed)
    {
        var fitting = new MoeFitting(_options, history, train, validation, seed);
        _serving = new ModelServing(fitting.Run());
        ValidationLosses = fitting.ValidationLosses;
        Tuner = _options.OnlineTuning ? new OnlineTuner(_serving.Model, _options.Losses, _options.Tuning, history.Hosts, train, unchecked((ulong)seed)) : null;
    }

    /// <summary>Intervals may be asked for in any order until the first <see cref="Observe"/>; from then on in the order of time.</summary>
    public void Predict(PastView past, Span<float> scores)
    {
        if (Tuner is { } tuner && _observes)
            tuner.Predict(past, scores);
        else
            Serving.Predict(past, scores);
    }

    public void Observe(PastView past)
    {
        _observes = true;
        Tuner?.Observe(past);
    }
}
