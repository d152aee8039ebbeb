using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>Gradients of a fault model and AdamW along them. One caller at a time; in steady state little is allocated (the list of the experts' tensors).</summary>
public sealed class MoeTrainer : IDisposable
{
    private readonly KernelTable _kernels;
    private readonly MoeLayers _layers;
    private readonly Tape _tape;
    private readonly AlignedBuffer _gradients;
    private readonly AdamW _optimizer;
    private readonly Crew _crew = new(1);
    private readonly MoeLossWeights _weights;
    private readonly float[] _faultWeights;
    private readonly float[]? _frozen;
    private readonly SeededRandom _random;
    private int[] _states = [];
    private int[] _faults = [];
    private MoeGraph.Result _last;

    /// <param name="expertsOnly">Online tuning: all but gate and experts keeps its values, to the bit.</param>
    /// <param name="seed">Of the dropout.</param>
    public MoeTrainer(MoeModel model, MoeLossWeights weights, AdamWOptions? optimizer = null, bool expertsOnly = false, SimdPath? path = null, ulong seed = 0)
    {
        _random = new SeededRandom(seed);
        (Model, _weights) = (model, weights);
        _kernels = KernelTable.Of(path ?? SimdPaths.Chosen);
        _layers = new MoeLayers(model, _kernels, trains: true);
        _tape = new Tape(_kernels);
        _gradients = new AlignedBuffer(model.Parameters.Length);
        _optimizer = new AdamW(model.Parameters, _gradients, optimizer ?? new AdamWOptions(), _kernels, _crew);
        _faultWeights = weights.OfFault.Length > 0 ? weights.OfFault : [.. Enumerable.Repeat(1f, model.Shape.Faults)];
        _frozen = expertsOnly ? model.Parameters.Block.ToArray() : null;
    }

    public MoeModel Model { get; }

    /// <summary>0 inclusive to 1 exclusive.</summary>
    public float Dropout { get; init; }

    /// <summary>Of the last step, in the layout of the parameters' block.</summary>
    public Span<float> Gradients => _gradients.Span;

    /// <summary>The fault's vectors of the last batch, of the weights before the step.</summary>
    internal Tensor LastClass => _last.Class;

    /// <summary>The losses of a batch and their gradient.</summary>
    public unsafe MoeStep Gradient(MoeBatch batch)
    {
        _layers.Pack();
        _tape.Begin(Model.Parameters, _gradients.Pointer);
        _last = MoeGraph.Forward(_tape, _layers, batch, Dropout, _random, expertsOnly: _frozen is not null);
        SplitLabels(batch);
        var detection = ClassLossOp.Apply(_tape, _last.Detect, _states, _weights.OfState, _weights.Detection);
        var classification = TripletLossOp.Apply(_tape, _last.Class, _layers.Prototypes, _faults, _faultWeights, _weights.Classification);
        var likelihood = _weights.Likelihood > 0
            ? PrototypeLossOp.Apply(_tape, _last.Class, _layers.Prototypes, _faults, _faultWeights, _weights.Sharpness, _weights.Likelihood * FaultShare(batch)) : 0;
        var selection = _weights.Selection > 0 ? ImportanceLossOp.Apply(_tape, _last.Gate, _weights.Selection) : 0;
        Forecast(batch);
        _tape.Backward();
        return new MoeStep(detection, classification, likelihood, selection, 0);
    }

    /// <summary>One gradient and one step of AdamW. A gradient that is not finite changes nothing.</summary>
    /// <param name="factor">Of the learning rate, beside the warm-up.</param>
    public MoeStep Step(MoeBatch batch, float factor = 1)
    {
        var step = Gradient(batch);
        if (_frozen is not null)
            Visit((start, length) => _gradients.Span.Slice(start, length).Clear());
        var norm = _optimizer.Step(factor);
        // Weight decay moves what has no gradient, too.
        if (_frozen is not null)
            Visit((start, length) => _frozen.AsSpan(start, length).CopyTo(Model.Parameters.Block[start..]));
        return step with { Norm = norm };
    }

    public void Dispose() => _crew.Dispose();

    private void Visit(Action<int, int> frozen)
    {
        var shapes = Model.Parameters.Shapes;
        for (var i = 0; i < shapes.Count; i++)
        {
            if (!MoeParameters.OfExperts(shapes[i].Name))
                frozen(Model.Parameters.OffsetOf(i), shapes[i].Length);
        }
    }

    private unsafe void Forecast(MoeBatch batch)
    {
        if (_last.Forecast.Rows == 0 || batch.Targets.Length == 0)
            return;
        var columns = _last.Forecast.Columns;
        int* rows = _tape.Indices(batch.Rows);
        float* target = _tape.Room(batch.Rows * columns), counts = _tape.Room(batch.Rows * columns), weights = _tape.Room(columns), factors = _tape.Room(batch.Rows);
        var known = 0;
        for (var i = 0; i < batch.Rows * columns; i++)
        {
            var there = float.IsFinite(batch.Targets[i]);
            (target[i], counts[i]) = there ? (batch.Targets[i], 1) : (0, 0);
            known += there ? 1 : 0;
        }
        new Span<float>(weights, columns).Fill(1);
        new Span<float>(factors, batch.Rows).Fill(_weights.Forecast / Math.Max(1, known));
        for (var r = 0; r < batch.Rows; r++)
            rows[r] = r;
        MaskedLossOp.Apply(_tape, _last.Forecast, rows, target, counts, weights, factors, _tape.Room(batch.Rows));
    }

    /// <summary>Of the labels that are known: with it, both likelihoods together are that of the class, no fault among them.</summary>
    private float FaultShare(MoeBatch batch)
    {
        int known = 0, faults = 0;
        for (var r = 0; r < batch.Rows; r++)
            (known, faults) = (known + (_states[r] >= 0 ? 1 : 0), faults + (_faults[r] >= 0 ? 1 : 0));
        return known > 0 ? (float)faults / known : 0;
    }

    private void SplitLabels(MoeBatch batch)
    {
        if (_states.Length < batch.Rows)
            (_states, _faults) = (new int[batch.Rows], new int[batch.Rows]);
        for (var r = 0; r < batch.Rows; r++)
        {
            var label = batch.Labels[r];
            _states[r] = Math.Min(label, 1);
            _faults[r] = label > 0 ? label - 1 : -1;
        }
    }
}
