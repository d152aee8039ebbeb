using Tocsin.Inference.Faults.Tuning;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>FT-MoE among the predictors that are measured side by side.</summary>
public sealed class FtMoePredictor(FtMoeOptions? options = null) : IFaultPredictor
{
    private readonly FtMoeOptions _options = options ?? new FtMoeOptions();
    private ModelServing? _serving;
    private bool _observes;

    /// <summary>A model that was fitted before, at the start of its life.</summary>
    /// <param name="trained">The intervals that it learned from.</param>
    public static FtMoePredictor Of(FaultModel model, FtMoeOptions options, int hosts, IntervalRange trained, int seed)
    {
        var predictor = new FtMoePredictor(options) { _serving = new ModelServing(model) };
        predictor.Begin(hosts, trained, seed);
        return predictor;
    }

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
        Begin(history.Hosts, train, seed);
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

    private void Begin(int hosts, IntervalRange trained, int seed) =>
        Tuner = _options.OnlineTuning ? new OnlineTuner(Serving.Model, _options.Losses, _options.Tuning, hosts, trained, unchecked((ulong)seed)) : null;
}
