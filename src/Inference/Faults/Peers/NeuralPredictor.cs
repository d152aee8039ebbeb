using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>A softmax over the classes behind some network: mean negative log-likelihood, AdamW with a cosine, the weights of the epoch with the least validation loss.
/// All of them are told the same of a host: <see cref="HostInput"/>.</summary>
internal abstract unsafe class NeuralPredictor(string name, PeerBudget budget) : IFaultPredictor
{
    private HostInput? _input;
    private MoeBatch? _batch;
    private Tape? _tape;
    private AlignedBuffer? _gradients;
    private PeerNet _net = new();

    public string Name => name;

    /// <summary>Validation loss after each epoch of the last <see cref="Fit"/>.</summary>
    public List<double> ValidationLosses { get; } = [];

    protected PeerBudget Budget => budget;

    /// <summary>Columns of one interval within a row.</summary>
    protected int Wide { get; private set; }

    protected int Intervals => IFaultPredictor.PastIntervals;

    /// <param name="columns">Of a row: all intervals.</param>
    protected abstract void Declare(PeerNet net, int columns, int classes);

    /// <returns>Logits, rows x classes.</returns>
    protected abstract Tensor Forward(Tape tape, PeerNet net, MoeBatch batch);

    /// <summary>Before anything else, for what is learned without gradients.</summary>
    protected virtual void Prepare(FaultHistory history, IntervalRange train, SeededRandom random)
    {
    }

    public void Fit(FaultHistory history, IntervalRange train, IntervalRange validation, int seed)
    {
        var random = new SeededRandom(unchecked((ulong)seed) * 2 + 1);
        var kernels = KernelTable.Of(SimdPaths.Chosen);
        _input = new HostInput(InputScaling.Fit(history, train), history.Classes, remembered: history.Length);
        Wide = _input.Columns / Intervals;
        Prepare(history, train, random);
        ValidationLosses.Clear();
        _net = new PeerNet();
        Declare(_net, _input.Columns, history.Classes);
        _net.Build(random, kernels);
        (_batch, _tape, _gradients) = (new MoeBatch(_input.Columns), new Tape(kernels), new AlignedBuffer(_net.Parameters.Length));
        using var crew = new Crew(1);
        var optimizer = new AdamW(_net.Parameters, _gradients, new AdamWOptions(budget.Rate, Decay: budget.Decay), kernels, crew);
        float[] weights = [.. Enumerable.Repeat(1f, history.Classes)], best = _net.Parameters.Block.ToArray();
        var first = Math.Max(1, train.First);
        int[] order = [.. Enumerable.Range(first, train.End - first)];
        int perStep = Math.Max(1, budget.RowsPerStep / history.Hosts), stale = 0;
        long step = 0, steps = Math.Max(1, (long)budget.Epochs * ((order.Length + perStep - 1) / perStep));
        var least = double.PositiveInfinity;
        for (var epoch = 0; epoch < budget.Epochs && stale < budget.Patience; epoch++)
        {
            random.Shuffle<int>(order);
            for (var at = 0; at < order.Length; at += perStep)
            {
                Fill(history, order.AsSpan(at, Math.Min(perStep, order.Length - at)));
                var logits = Run();
                ClassLossOp.Apply(_tape, logits, _batch.Labels, weights, 1);
                _tape.Backward();
                optimizer.Step(0.5f * (1 + MathF.Cos(MathF.PI * step++ / steps)));
            }
            var loss = Loss(history, validation, perStep, weights);
            ValidationLosses.Add(loss);
            stale = loss < least ? 0 : stale + 1;
            if (loss >= least)
                continue;
            least = loss;
            _net.Parameters.Block.CopyTo(best);
        }
        best.CopyTo(_net.Parameters.Block);
    }

    public void Predict(PastView past, Span<float> scores)
    {
        if (_input is null || _batch is null)
            throw new InvalidOperationException($"{Name} was not fitted yet");
        _batch.Clear();
        _batch.Add(past.Hosts, _input.Edges(past));
        _input.Write(past, _batch.Inputs);
        var logits = SoftmaxOp.Apply(_tape!, Run());
        for (var h = 0; h < past.Hosts; h++)
            new ReadOnlySpan<float>(logits.Row(h), past.Classes).CopyTo(scores[(h * past.Classes)..]);
    }

    private Tensor Run()
    {
        _net.Pack();
        _tape!.Begin(_net.Parameters, _gradients!.Pointer);
        return Forward(_tape, _net, _batch!);
    }

    private double Loss(FaultHistory history, IntervalRange range, int perStep, float[] weights)
    {
        double sum = 0;
        var rows = 0;
        for (var t = Math.Max(1, range.First); t < range.End; t += perStep)
        {
            Fill(history, [.. Enumerable.Range(t, Math.Min(perStep, range.End - t))]);
            sum += _batch!.Rows * ClassLossOp.Apply(_tape!, Run(), _batch.Labels, weights, 1);
            rows += _batch.Rows;
        }
        return rows > 0 ? sum / rows : 0;
    }

    private void Fill(FaultHistory history, ReadOnlySpan<int> targets)
    {
        _batch!.Clear();
        foreach (var t in targets)
        {
            var past = new PastView(history, t);
            var first = _batch.Add(history.Hosts, _input!.Edges(past));
            _input.Write(past, _batch.Inputs[(first * _input.Columns)..]);
            for (var h = 0; h < history.Hosts; h++)
                _batch.Labels[first + h] = history.Label(t, h) is { } label ? (int)label : -1;
        }
    }
}
