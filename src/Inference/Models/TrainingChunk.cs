using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Models;

/// <summary>One of the parts that a batch is cut into: its gradients and its figures.</summary>
internal sealed unsafe class TrainingChunk(ModelLayers model)
{
    private readonly long[] _expertTokens = new long[model.Shape.Layers * model.Shape.Experts];

    public AlignedBuffer Gradients { get; } = new(model.Parameters.Length);

    public ReadOnlySpan<long> ExpertTokens => _expertTokens;

    public int Tokens { get; private set; }

    /// <summary>Mean over the layers times tokens.</summary>
    public double LoadLoss { get; private set; }

    /// <param name="tape">Any; nothing of it is kept.</param>
    /// <param name="scale">Of the errors' slope: 1 / sum of WindowWeight * LossMask over the whole batch.</param>
    /// <param name="loadShare">Weight of the load loss over the layers and over the tokens of the whole batch.</param>
    /// <param name="errors">Out, one a window: sum of MetricWeight * LossMask * error^2.</param>
    public void Run(Tape tape, TrainingBatch batch, int first, int windows, float scale, float loadShare, Span<double> errors, bool backward)
    {
        tape.Begin(model.Parameters, Gradients.Pointer);
        Array.Clear(_expertTokens);
        var tokens = TrainingGraph.Collect(tape, batch.Windows, first, windows);
        (Tokens, LoadLoss) = (tokens.Count, 0);
        errors.Clear();
        if (tokens.Count > 0)
        {
            var y = TrainingGraph.Forward(tape, model, batch.Windows, tokens, loadShare * tokens.Count, _expertTokens, out var loadLoss);
            LoadLoss = loadLoss / model.Shape.Layers * tokens.Count;
            Loss(tape, batch, tokens, y, scale, errors);
        }
        if (backward)
            tape.Backward();
    }

    private static void Loss(Tape tape, TrainingBatch batch, in TrainingGraph.Tokens tokens, in Tensor y, float scale, Span<double> errors)
    {
        float* factors = tape.Room(tokens.Count), rows = tape.Room(tokens.Count);
        for (var w = 0; w < tokens.Windows; w++)
        {
            for (var i = tokens.Starts[w]; i < tokens.Starts[w + 1]; i++)
                factors[i] = scale * batch.WindowWeight[tokens.FirstWindow + w];
        }
        fixed (float* target = batch.Target, counts = batch.LossMask, weights = batch.MetricWeight)
            MaskedLossOp.Apply(tape, y, tokens.Rows, target, counts, weights, factors, rows);
        for (var w = 0; w < tokens.Windows; w++)
        {
            for (var i = tokens.Starts[w]; i < tokens.Starts[w + 1]; i++)
                errors[w] += rows[i];
        }
    }
}
