namespace Tocsin.Inference.Faults.Moe;

/// <summary>FT-MoE among the predictors that are measured side by side.</summary>
public sealed class FtMoePredictor(FtMoeOptions? options = null) : IFaultPredictor
{
    private readonly FtMoeOptions _options = options ?? new FtMoeOptions();
    private ModelServing? _serving;

    public string Name => _options.Name;

    /// <summary>Validation loss after each epoch of the last <see cref="Fit"/>.</summary>
    public IReadOnlyList<double> ValidationLosses { get; private set; } = [];

    /// <exception cref="InvalidOperationException">There was no <see cref="Fit"/> yet.</exception>
    public FaultModel Model => Serving.Model;

    private ModelServing Serving => _serving ?? throw new InvalidOperationException($"{Name} was not fitted yet");

    public void Fit(FaultHistory history, IntervalRange train, IntervalRange validation, int seed)
    {
        var fitting = new MoeFitting(_options, history, train, validation, seed);
        _serving = new ModelServing(fitting.Run());
        ValidationLosses = fitting.ValidationLosses;
    }

    public void Predict(PastView past, Span<float> scores) => Serving.Predict(past, scores);
}
