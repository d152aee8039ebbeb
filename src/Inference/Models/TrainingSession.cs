using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Models;

/// <param name="Threads">1 or more; has no influence on any result.</param>
/// <param name="Chunks">Parts of a batch whose gradients are computed apart and added in order; has an influence on the rounding, and on the load
/// loss, which is taken within a chunk.</param>
/// <param name="LoadWeight">Of the load loss beside the reconstruction loss.</param>
public sealed record TrainingOptions(int Threads = 1, int Chunks = 4, float LoadWeight = 0.01f)
{
    public AdamWOptions Optimizer { get; init; } = new();

    /// <summary>Null: the process's choice.</summary>
    public SimdPath? Path { get; init; }
}

/// <summary>Computes gradients of a model and applies them: <see cref="Gradient"/>, then <see cref="Update"/>, again and again. In steady state nothing is
/// allocated. One caller at a time; the model must not be written by others meanwhile.</summary>
public sealed class TrainingSession : IDisposable
{
    private const int Piece = 1 << 14;

    private readonly TrainingOptions _options;
    private readonly KernelTable _kernels;
    private readonly ModelLayers _layers;
    private readonly Crew _crew;
    private readonly TrainingChunk[] _chunks;
    private readonly Tape?[] _tapes;
    private readonly AlignedBuffer _gradients;
    private readonly AdamW _optimizer;
    private readonly StepReport _report;
    private readonly Action<int> _pack, _runChunk, _addPiece;
    private TrainingBatch? _batch;
    private double[] _errors = [], _counted = [];
    private float _scale, _loadShare;
    private bool _backward;

    public TrainingSession(ReconstructionModel model, TrainingOptions? options = null)
    {
        _options = options ?? new TrainingOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Chunks, 1);
        Model = model;
        _kernels = KernelTable.Of(_options.Path ?? SimdPaths.Chosen);
        _layers = new ModelLayers(model, _kernels, trains: true);
        _crew = new Crew(_options.Threads);
        _chunks = new TrainingChunk[_options.Chunks];
        for (var c = 0; c < _chunks.Length; c++)
            _chunks[c] = new TrainingChunk(_layers);
        _tapes = new Tape[_options.Threads];
        for (var t = 0; t < _tapes.Length; t++)
            _tapes[t] = new Tape(_kernels);
        _gradients = new AlignedBuffer(model.Parameters.Length);
        _optimizer = new AdamW(model.Parameters, _gradients, _options.Optimizer, _kernels, _crew);
        _report = new StepReport(model.Shape.Layers, model.Shape.Experts);
        (_pack, _runChunk, _addPiece) = (i => _layers.All[i].Pack(), RunChunk, AddPiece);
    }

    public ReconstructionModel Model { get; }

    /// <summary>Of the last <see cref="Gradient"/>, in the layout of the parameters' block.</summary>
    public Span<float> Gradients => _gradients.Span;

    /// <summary>Updates so far.</summary>
    public int Steps => _optimizer.Steps;

    /// <summary>The losses of a batch and their gradient.</summary>
    /// <exception cref="ArgumentException">The batch does not fit the model.</exception>
    public StepReport Gradient(TrainingBatch batch)
    {
        Pass(batch, backward: true);
        _crew.Run((_gradients.Length + Piece - 1) / Piece, _addPiece);
        return _report;
    }

    /// <summary>The losses of a batch alone.</summary>
    /// <exception cref="ArgumentException">The batch does not fit the model.</exception>
    public StepReport Evaluate(TrainingBatch batch)
    {
        Pass(batch, backward: false);
        return _report;
    }

    /// <summary>One step of AdamW along the last gradient. A gradient that is not finite changes nothing.</summary>
    /// <param name="factor">Of the learning rate, beside the warm-up.</param>
    /// <returns>The gradient's norm before it was bounded.</returns>
    public float Update(float factor = 1) => _optimizer.Step(factor);

    public void Dispose() => _crew.Dispose();

    private void Pass(TrainingBatch batch, bool backward)
    {
        Check(batch);
        var windows = batch.Windows;
        if (_errors.Length < windows.Count || _report.WindowLoss.Length != windows.Count)
            (_errors, _counted, _report.WindowLoss) = (new double[windows.Count], new double[windows.Count], new float[windows.Count]);
        double counted = 0;
        var tokens = 0;
        for (var w = 0; w < windows.Count; w++)
        {
            _counted[w] = Counted(batch, w, ref tokens);
            counted += batch.WindowWeight[w] * _counted[w];
        }
        _scale = counted > 0 ? (float)(1 / counted) : 0;
        _loadShare = tokens > 0 ? _options.LoadWeight / (_layers.Shape.Layers * (float)tokens) : 0;
        (_batch, _backward) = (batch, backward);
        _crew.Run(_layers.All.Count, _pack);
        _crew.Run(_chunks.Length, _runChunk);
        _batch = null;
        Report(batch, counted, tokens);
    }

    private unsafe double Counted(TrainingBatch batch, int window, ref int tokens)
    {
        int frames = batch.Windows.Frames, metrics = batch.Windows.Metrics;
        double counted = 0;
        fixed (float* masks = batch.LossMask)
        {
            for (var row = window * frames; row < (window + 1) * frames; row++)
            {
                if (!batch.Windows.Valid[row])
                    continue;
                tokens++;
                counted += _kernels.Sum(metrics, masks + ((nint)row * metrics));
            }
        }
        return counted;
    }

    private void RunChunk(int chunk)
    {
        var count = _batch!.Windows.Count;
        int first = (int)((long)count * chunk / _chunks.Length), end = (int)((long)count * (chunk + 1) / _chunks.Length);
        var tape = Borrow(out var slot);
        _chunks[chunk].Run(tape, _batch, first, end - first, _scale, _loadShare, _errors.AsSpan(first, end - first), _backward);
        Volatile.Write(ref _tapes[slot], tape);
    }

    /// <summary>One tape a thread, whichever is free: the next chunk finds its memory in the cache.</summary>
    private Tape Borrow(out int slot)
    {
        for (slot = 0; ; slot = (slot + 1) % _tapes.Length)
        {
            if (Interlocked.Exchange(ref _tapes[slot], null) is { } tape)
                return tape;
        }
    }

    private unsafe void AddPiece(int piece)
    {
        int start = piece * Piece, length = Math.Min(Piece, _gradients.Length - start);
        var sum = _gradients.Pointer + start;
        _kernels.Scaled(length, 1, _chunks[0].Gradients.Pointer + start, sum, false);
        for (var c = 1; c < _chunks.Length; c++)
            _kernels.Add(length, _chunks[c].Gradients.Pointer + start, sum);
    }

    private void Report(TrainingBatch batch, double counted, int tokens)
    {
        double loss = 0, load = 0;
        for (var w = 0; w < batch.Windows.Count; w++)
        {
            loss += batch.WindowWeight[w] * _errors[w];
            _report.WindowLoss[w] = _counted[w] > 0 ? (float)(_errors[w] / _counted[w]) : 0;
        }
        Array.Clear(_report.ExpertTokens);
        foreach (var chunk in _chunks)
        {
            load += chunk.LoadLoss;
            for (var i = 0; i < _report.ExpertTokens.Length; i++)
                _report.ExpertTokens[i] += chunk.ExpertTokens[i];
        }
        _report.Loss = counted > 0 ? loss / counted : 0;
        _report.LoadLoss = tokens > 0 ? load / tokens : 0;
        _report.Tokens = tokens;
    }

    private void Check(TrainingBatch batch)
    {
        var windows = batch.Windows;
        if (windows.Metrics != _layers.Shape.Metrics)
            throw new ArgumentException($"windows of {windows.Metrics} metrics for a model of {_layers.Shape.Metrics}", nameof(batch));
        if (windows.Count < 0 || windows.Count > windows.Capacity)
            throw new ArgumentException($"{windows.Count} windows in a batch of {windows.Capacity}", nameof(batch));
        for (var w = 0; w < windows.Count; w++)
        {
            if ((uint)windows.SegmentId[w] >= (uint)_layers.Shape.SegmentIds)
                throw new ArgumentException($"segment {windows.SegmentId[w]} for a model of {_layers.Shape.SegmentIds} segments", nameof(batch));
        }
    }
}
