using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>Serves a fault model: only the experts that are awake are computed. After the first interval of a size nothing is allocated. One thread at a time;
/// the model must not change meanwhile.</summary>
public sealed unsafe class MoeSession
{
    private readonly KernelTable _kernels;
    private readonly MoeLayers _layers;
    private readonly MoeShape _shape;
    private readonly bool[] _active;
    private readonly AlignedBuffer _units;
    private MoeRoom _room;

    public MoeSession(MoeModel model, SimdPath? path = null)
    {
        _kernels = KernelTable.Of(path ?? SimdPaths.Chosen);
        _layers = new MoeLayers(model, _kernels, trains: false);
        _layers.Pack();
        _shape = model.Shape;
        _room = new MoeRoom(0, 0, 0, _shape, _kernels);
        _active = new bool[_shape.Experts];
        _units = new AlignedBuffer(_shape.Experts * _shape.Width);
        for (var g = 0; g < _shape.Experts; g++)
        {
            var row = model.Parameters.At(_layers.Representations) + (g * _shape.Width);
            var length = MathF.Sqrt(_kernels.Dot(_shape.Width, row, row));
            _kernels.Scaled(_shape.Width, 1 / Math.Max(length, 1e-12f), row, _units.Pointer + (g * _shape.Width), false);
        }
    }

    public MoeShape Shape => _shape;

    /// <summary>Told what the gate did with each row: its state (Width numbers), which experts are awake, how many wanted it (0: the fallback serves).</summary>
    public delegate void GateSeen(int row, ReadOnlySpan<float> state, ReadOnlySpan<bool> active, int wanted);

    public GateSeen? OnGate { get; set; }

    /// <summary>One interval: the batch's hosts as one group.</summary>
    /// <param name="faulty">Out, one a host: the probability of a fault.</param>
    /// <param name="distances">Out, hosts x faults: squared distances to the prototypes.</param>
    /// <exception cref="ArgumentException">The batch has other inputs than the model or several groups, or the spans are too short.</exception>
    public void Run(MoeBatch batch, Span<float> faulty, Span<float> distances)
    {
        var rows = batch.Rows;
        if (batch.Columns != _shape.Inputs || batch.Groups != 1 || faulty.Length < rows || distances.Length < rows * _shape.Faults)
            throw new ArgumentException($"{batch.Groups} groups of {rows} hosts x {batch.Columns} for a model of {_shape.Inputs} inputs", nameof(batch));
        if (_room.Rows != rows || _room.Edges < batch.Graph.Count || _room.Moments < batch.Graph.MomentCount)
            _room = new MoeRoom(rows, batch.Graph.Count, batch.Graph.MomentCount, _shape, _kernels);
        var room = _room;
        int width = _shape.Width;
        Read(batch);
        Attend(rows, batch.Graph);
        // The stream of what is added up, from here on in the graph's room; the hosts' normed state in its own.
        _kernels.Add(rows * width, room.State, room.Graph);
        Norm(rows, room.Graph, _layers.GraphNorm, room.State);
        Experts(rows);
        if (_layers.Out is { } projection)
        {
            Multiply(rows, room.Mixed, _layers.Query!, room.Query, false);
            Multiply(rows, room.State, _layers.KeyValue!, room.KeyValue, false);
            Cross(rows, batch.Graph);
            Multiply(rows, room.Result, projection, room.Mixed, true);
        }
        _kernels.Add(rows * width, room.Graph, room.Mixed);
        Norm(rows, room.Mixed, _layers.Norm, room.Mixed);
        Heads(rows, faulty, distances);
        GC.KeepAlive(this);
        GC.KeepAlive(room);
    }

    private void Multiply(int rows, float* x, LinearLayer layer, float* y, bool accumulate) =>
        _kernels.Multiply(rows, x, Layout.Stride(layer.Inputs), layer.Forward, y, Layout.Stride(layer.Outputs), accumulate);

    private void Norm(int rows, float* x, int gain, float* y) =>
        _kernels.Norm(rows, _shape.Width, _shape.Width, x, _layers.Parameters.At(gain), _layers.Parameters.At(gain + 1), y, null, null);

    /// <summary>As <see cref="MoeGraph"/>: keys and values of all intervals, and the rest of the layer only where it is read on.</summary>
    private void Read(MoeBatch batch)
    {
        int rows = batch.Rows, steps = _shape.Steps, width = _shape.Width, tokens = rows * steps, count = rows + batch.Graph.MomentCount;
        var room = _room;
        MoeReading.Tokens(batch, _shape, room.Input, Layout.Stride(_shape.Token));
        Multiply(tokens, room.Input, _layers.Token, room.Tokens, false);
        Norm(tokens, room.Tokens, _layers.TokenNorm, room.TokenKeyValue);
        Multiply(tokens, room.TokenKeyValue, _layers.TokenUp, room.TokenWide, false);
        _kernels.Gelu(tokens * Layout.Stride(_shape.TokenHidden), room.TokenWide, room.TokenWide, null);
        Multiply(tokens, room.TokenWide, _layers.TokenDown, room.Tokens, true);
        fixed (int* windows = room.Windows, positions = room.Positions)
        {
            MoeReading.Queries(batch, steps, windows, positions);
            PickOp.Forward(room.Tokens, width, positions, count, room.State);
            Norm(tokens, room.Tokens, _layers.ReadNorm, room.Tokens);
            PickOp.Forward(room.Tokens, width, positions, count, room.Result);
            Multiply(tokens, room.Tokens, _layers.ReadKeyValue, room.TokenKeyValue, false);
            Ask(_layers.Stay, windows, 0, rows);
            Ask(_layers.Leave, windows, rows, count);
        }
    }

    /// <summary>Rows first..end-1 of <see cref="MoeRoom.State"/>, whose normed values are those of <see cref="MoeRoom.Result"/>.</summary>
    private void Ask(ReaderLayers layers, int* windows, int first, int end)
    {
        int width = _shape.Width, rows = end - first;
        var (room, at) = (_room, (nint)first * width);
        float* query = room.Query + at, heard = room.Result + at, state = room.State + at;
        Multiply(rows, heard, layers.Query, query, false);
        for (var i = first; i < end; i++)
        {
            WindowReadOp.Forward(_kernels, width, _shape.Steps, _shape.Heads, room.Query + ((nint)i * width), room.TokenKeyValue + ((nint)windows[i] * _shape.Steps * 2 * width), 2 * width,
                room.ReadShares, room.ReadTurned, room.Result + ((nint)i * width));
        }
        Multiply(rows, heard, layers.Out, state, true);
        Norm(rows, state, layers.InnerNorm, heard);
        Multiply(rows, heard, layers.Up, room.Wide, false);
        _kernels.Gelu(rows * Layout.Stride(_shape.ReadHidden), room.Wide, room.Wide, null);
        Multiply(rows, room.Wide, layers.Down, state, true);
        Norm(rows, state, layers.Norm, state);
    }

    private void Attend(int rows, HostGraph graph)
    {
        var all = rows + graph.MomentCount;
        Multiply(all, _room.State, _layers.EdgeState, _room.Query, false);
        Multiply(all, _room.State, _layers.EdgeValue, _room.Result, false);
        var p = _layers.Parameters;
        fixed (int* starts = graph.Starts, sources = _room.Sources, types = graph.Types)
        fixed (float* amounts = graph.Amounts)
        {
            MoeReading.Sources(graph, sources);
            EdgeAttentionOp.Forward(_kernels, new EdgeList(rows, starts, sources, types, amounts), _shape.Width, _room.Query, _shape.Width, _room.Result, _shape.Width,
                p.At(_layers.Edges.Offset), p.At(_layers.Edges.Slope), p.At(_layers.Edges.Gain), p.At(_layers.Edges.Message), p.At(_layers.Edges.Weight), _room.Shares, _room.Graph, _shape.Width);
        }
    }

    private void Cross(int rows, HostGraph graph)
    {
        int width = _shape.Width, heads = _shape.Heads;
        var room = _room;
        if (!_shape.CrossNeighbours)
        {
            StreamAttentionOp.Forward(_kernels, rows, width, heads, room.Query, width, room.KeyValue, 2 * width, room.Turned, room.Scratch, room.Result, width, room.Norms);
            return;
        }
        fixed (int* starts = graph.Starts, sources = graph.Sources)
            EdgeReadOp.Forward(_kernels, rows, starts, sources, width, heads, room.Query, width, room.KeyValue, 2 * width, room.Shares, room.Result, width);
    }

    /// <summary>Rows sorted by expert, so that each expert is two products over its own rows.</summary>
    private void Experts(int rows)
    {
        int width = _shape.Width, experts = _shape.Experts, inner = Layout.Stride(_shape.ExpertHidden);
        Span<float> similarity = stackalloc float[experts];
        var thresholds = new ReadOnlySpan<float>(_layers.Parameters.At(_layers.Thresholds), experts);
        for (var r = 0; r < rows; r++)
        {
            var state = _room.State + ((nint)r * width);
            var unit = 1 / Math.Max(MathF.Sqrt(_kernels.Dot(width, state, state)), 1e-12f);
            for (var g = 0; g < experts; g++)
                similarity[g] = unit * _kernels.Dot(width, state, _units.Pointer + (g * width));
            var wanted = experts;
            if (_shape.FixedActive > 0)
                ExpertChoice.Top(similarity, Math.Min(_shape.FixedActive, experts), _active);
            else
                wanted = ExpertChoice.TopAny(similarity, thresholds, _shape.MostActive, _active);
            float count = _active.AsSpan().Count(true);
            for (var g = 0; g < experts; g++)
                _room.Weights[(r * experts) + g] = _active[g] ? SigmoidOp.Of(similarity[g]) / count : 0;
            OnGate?.Invoke(r, new ReadOnlySpan<float>(state, width), _active, wanted);
        }
        new Span<float>(_room.Mixed, rows * width).Clear();
        for (var g = 0; g < experts; g++)
        {
            var awake = 0;
            for (var r = 0; r < rows; r++)
            {
                if (_room.Weights[(r * experts) + g] == 0)
                    continue;
                new ReadOnlySpan<float>(_room.State + ((nint)r * width), width).CopyTo(new Span<float>(_room.Sorted + ((nint)awake * width), width));
                _room.Order[awake++] = r;
            }
            if (awake == 0)
                continue;
            Multiply(awake, _room.Sorted, _layers.Up[g], _room.Inner, false);
            _kernels.Gelu(awake * inner, _room.Inner, _room.Inner, null);
            Multiply(awake, _room.Inner, _layers.Down[g], _room.Result, false);
            for (var i = 0; i < awake; i++)
                _kernels.Scaled(width, _room.Weights[(_room.Order[i] * experts) + g], _room.Result + ((nint)i * width), _room.Mixed + ((nint)_room.Order[i] * width), true);
        }
    }

    private void Heads(int rows, Span<float> faulty, Span<float> distances)
    {
        var prototypes = _layers.Parameters.At(_layers.Prototypes);
        int n = _shape.Prototype, stride = Layout.Stride(n);
        Multiply(rows, _room.Mixed, _layers.Detect, _room.Small, false);
        for (var r = 0; r < rows; r++)
        {
            var row = _room.Small + ((nint)r * Layout.Stride(2));
            faulty[r] = SigmoidOp.Of(row[1] - row[0]);
        }
        Multiply(rows, _room.Mixed, _layers.Class, _room.Small, false);
        for (var r = 0; r < rows; r++)
        {
            var row = _room.Small + ((nint)r * stride);
            for (var j = 0; j < n; j++)
                row[j] = SigmoidOp.Of(row[j]);
            for (var z = 0; z < _shape.Faults; z++)
                distances[(r * _shape.Faults) + z] = TripletLossOp.Distance(row, prototypes + (z * n), n);
        }
    }
}
