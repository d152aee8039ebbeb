using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>The fault model as operations on a tape; all experts are computed, as training needs.</summary>
internal static unsafe class MoeGraph
{
    /// <param name="State">What the gate sees: the hosts with what their neighbours say.</param>
    /// <param name="Gate">Weights of the experts (eq. 5).</param>
    /// <param name="Detect">Logits: no fault, fault (eq. 10 before its softmax).</param>
    /// <param name="Forecast">Of the next interval's features; no rows where nothing is foretold.</param>
    /// <param name="Class">The fault's vector in 0..1 (eq. 11).</param>
    public readonly record struct Result(Tensor State, Tensor Similarity, Tensor Gate, Tensor Detect, Tensor Class, Tensor Forecast);

    /// <param name="dropout">Share of the embedded hosts and of the heads' context that is zeroed; 0: none.</param>
    /// <param name="expertsOnly">Only gate and experts are to learn: no gradient goes further back than to them.</param>
    public static Result Forward(Tape tape, MoeLayers layers, MoeBatch batch, float dropout, SeededRandom random, bool expertsOnly = false)
    {
        var shape = layers.Model.Shape;
        var states = Read(tape, layers, batch, dropout, random);
        var graph = EdgeAttentionOp.Apply(tape, LinearOp.Apply(tape, states, layers.EdgeState), LinearOp.Apply(tape, states, layers.EdgeValue),
            Edges(tape, batch.Graph), layers.Edges);
        // What each layer adds is added here: a host's own state goes past all of them to the heads.
        var stream = PickOp.Apply(tape, states, First(tape, batch.Rows), batch.Rows);
        AddOp.AddTo(tape, graph, stream);
        var state = LayerNormOp.Apply(tape, stream, layers.GraphNorm, layers.GraphNorm + 1);

        if (expertsOnly)
            tape.Freeze();
        var similarity = CosineOp.Apply(tape, state, layers.Representations);
        var gate = ExpertGateOp.Apply(tape, similarity, layers.Thresholds, shape.MostActive, shape.FixedActive);
        var experts = new Tensor[shape.Experts];
        for (var g = 0; g < experts.Length; g++)
            experts[g] = LinearOp.Apply(tape, GeluOp.Apply(tape, LinearOp.Apply(tape, state, layers.Up[g])), layers.Down[g]);
        var mixed = MixOp.Apply(tape, experts, gate);
        if (layers.Out is { } projection)
        {
            Tensor query = LinearOp.Apply(tape, mixed, layers.Query!), keyValue = LinearOp.Apply(tape, state, layers.KeyValue!);
            LinearOp.AddTo(tape, shape.CrossNeighbours ? EdgeReadOp.Apply(tape, query, keyValue, Neighbours(tape, batch.Graph), shape.Heads) : Everyone(tape, query, keyValue, batch, shape.Heads), projection, stream);
        }
        AddOp.AddTo(tape, mixed, stream);
        var context = LayerNormOp.Apply(tape, stream, layers.Norm, layers.Norm + 1);
        if (dropout > 0)
            context = DropoutOp.Apply(tape, context, dropout, random);
        return new Result(state, similarity, gate, LinearOp.Apply(tape, context, layers.Detect), SigmoidOp.Apply(tape, LinearOp.Apply(tape, context, layers.Class)),
            layers.Forecast is { } forecast ? LinearOp.Apply(tape, context, forecast) : default);
    }

    /// <summary>The hosts as their last intervals leave them, then the moments of the graph: a transformer layer of which only those positions are computed that are read on.</summary>
    private static Tensor Read(Tape tape, MoeLayers layers, MoeBatch batch, float dropout, SeededRandom random)
    {
        var shape = layers.Model.Shape;
        var tokens = tape.Constant(batch.Rows * shape.Steps, shape.Token);
        MoeReading.Tokens(batch, shape, tokens.Data, tokens.Stride);
        var x = LinearOp.Apply(tape, tokens, layers.Token);
        var normed = LayerNormOp.Apply(tape, x, layers.TokenNorm, layers.TokenNorm + 1);
        LinearOp.AddTo(tape, GeluOp.Apply(tape, LinearOp.Apply(tape, normed, layers.TokenUp)), layers.TokenDown, x);
        normed = LayerNormOp.Apply(tape, x, layers.ReadNorm, layers.ReadNorm + 1);
        var keyValue = LinearOp.Apply(tape, normed, layers.ReadKeyValue);
        int hosts = batch.Rows, moments = batch.Graph.MomentCount;
        int* windows = tape.Indices(hosts + moments), positions = tape.Indices(hosts + moments);
        MoeReading.Queries(batch, shape.Steps, windows, positions);
        var states = Ask(tape, layers.Stay, x, normed, keyValue, windows, positions, hosts, shape);
        if (dropout > 0)
            states = DropoutOp.Apply(tape, states, dropout, random);
        return moments == 0 ? states : StackOp.Apply(tape, states, Ask(tape, layers.Leave, x, normed, keyValue, windows + hosts, positions + hosts, moments, shape));
    }

    private static Tensor Ask(Tape tape, ReaderLayers layers, in Tensor x, in Tensor normed, in Tensor keyValue, int* windows, int* positions, int count, MoeShape shape)
    {
        var read = PickOp.Apply(tape, x, positions, count);
        var query = LinearOp.Apply(tape, PickOp.Apply(tape, normed, positions, count), layers.Query);
        LinearOp.AddTo(tape, WindowReadOp.Apply(tape, query, keyValue, windows, shape.Steps, shape.Heads), layers.Out, read);
        var inner = LayerNormOp.Apply(tape, read, layers.InnerNorm, layers.InnerNorm + 1);
        LinearOp.AddTo(tape, GeluOp.Apply(tape, LinearOp.Apply(tape, inner, layers.Up)), layers.Down, read);
        return LayerNormOp.Apply(tape, read, layers.Norm, layers.Norm + 1);
    }

    private static Tensor Everyone(Tape tape, in Tensor query, in Tensor keyValue, MoeBatch batch, int heads)
    {
        var starts = tape.Indices(batch.Groups + 1);
        for (var i = 0; i <= batch.Groups; i++)
            starts[i] = batch.Starts[i];
        return StreamAttentionOp.Apply(tape, query, keyValue, batch.Groups, starts, heads);
    }

    /// <summary>Hosts at the other ends as they are now, not as they were when a task left.</summary>
    private static EdgeList Neighbours(Tape tape, HostGraph graph)
    {
        int* starts = tape.Indices(graph.Rows + 1), sources = tape.Indices(graph.Count);
        graph.Starts.CopyTo(new Span<int>(starts, graph.Rows + 1));
        graph.Sources.CopyTo(new Span<int>(sources, graph.Count));
        return new EdgeList(graph.Rows, starts, sources, null, null);
    }

    private static int* First(Tape tape, int rows)
    {
        var first = tape.Indices(rows);
        for (var r = 0; r < rows; r++)
            first[r] = r;
        return first;
    }

    private static EdgeList Edges(Tape tape, HostGraph graph)
    {
        int* starts = tape.Indices(graph.Rows + 1), sources = tape.Indices(graph.Count), types = tape.Indices(graph.Count);
        var amounts = tape.Room(graph.Count);
        graph.Starts.CopyTo(new Span<int>(starts, graph.Rows + 1));
        MoeReading.Sources(graph, sources);
        graph.Types.CopyTo(new Span<int>(types, graph.Count));
        graph.Amounts.CopyTo(new Span<float>(amounts, graph.Count));
        return new EdgeList(graph.Rows, starts, sources, types, amounts);
    }
}
