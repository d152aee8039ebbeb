using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Moe;

/// <summary>The fault model as operations on a tape; all experts are computed, as training needs.</summary>
internal static unsafe class MoeGraph
{
    /// <param name="State">What the gate sees: the embedded hosts.</param>
    /// <param name="Gate">Weights of the experts (eq. 5).</param>
    /// <param name="Detect">Logits: no fault, fault (eq. 10 before its softmax).</param>
    /// <param name="Forecast">Of the next interval's features; no rows where nothing is foretold.</param>
    /// <param name="Class">The fault's vector in 0..1 (eq. 11).</param>
    public readonly record struct Result(Tensor State, Tensor Similarity, Tensor Gate, Tensor Detect, Tensor Class, Tensor Forecast);

    /// <param name="dropout">Share of the embedded hosts and of the heads' context that is zeroed; 0: none.</param>
    public static Result Forward(Tape tape, MoeLayers layers, MoeBatch batch, float dropout, SeededRandom random)
    {
        var shape = layers.Model.Shape;
        var read = tape.Constant(batch.Rows, shape.Width);
        new Span<float>(read.Data, read.Rows * read.Stride).Clear();
        for (var i = 0; i < shape.Steps; i++)
            read = GruOp.Apply(tape, LinearOp.Apply(tape, Step(tape, batch, i, shape.Steps), layers.Step), LinearOp.Apply(tape, read, layers.Recur), read);
        if (dropout > 0)
            read = DropoutOp.Apply(tape, read, dropout, random);
        var state = LayerNormOp.Apply(tape, read, layers.EmbedNorm, layers.EmbedNorm + 1);

        var graph = EdgeAttentionOp.Apply(tape, LinearOp.Apply(tape, state, layers.EdgeState), LinearOp.Apply(tape, state, layers.EdgeValue),
            Edges(tape, batch.Graph), layers.Edges);

        var similarity = CosineOp.Apply(tape, state, layers.Representations);
        var gate = ExpertGateOp.Apply(tape, similarity, layers.Thresholds, shape.MostActive, shape.FixedActive);
        var experts = new Tensor[shape.Experts];
        for (var g = 0; g < experts.Length; g++)
            experts[g] = LinearOp.Apply(tape, GeluOp.Apply(tape, LinearOp.Apply(tape, state, layers.Up[g])), layers.Down[g]);
        var mixed = MixOp.Apply(tape, experts, gate);

        Tensor fused;
        if (layers.Out is { } projection)
        {
            var starts = tape.Indices(batch.Groups + 1);
            for (var i = 0; i <= batch.Groups; i++)
                starts[i] = batch.Starts[i];
            fused = LinearOp.Apply(tape, StreamAttentionOp.Apply(tape, LinearOp.Apply(tape, mixed, layers.Query!),
                LinearOp.Apply(tape, graph, layers.KeyValue!), batch.Groups, starts, shape.Heads), projection);
        }
        else
        {
            fused = tape.Make(mixed.Rows, mixed.Columns);
            new Span<float>(fused.Data, fused.Rows * fused.Stride).Clear();
        }
        AddOp.AddTo(tape, mixed, fused);
        AddOp.AddTo(tape, graph, fused);
        var context = LayerNormOp.Apply(tape, fused, layers.Norm, layers.Norm + 1);
        if (dropout > 0)
            context = DropoutOp.Apply(tape, context, dropout, random);
        return new Result(state, similarity, gate, LinearOp.Apply(tape, context, layers.Detect), SigmoidOp.Apply(tape, LinearOp.Apply(tape, context, layers.Class)),
            layers.Forecast is { } forecast ? LinearOp.Apply(tape, context, forecast) : default);
    }

    private static Tensor Step(Tape tape, MoeBatch batch, int step, int steps)
    {
        var x = tape.Constant(batch.Rows, batch.Columns / steps);
        WriteStep(batch, step, steps, x.Data, x.Stride);
        return x;
    }

    /// <summary>What the hosts' inputs say of one of the intervals.</summary>
    public static void WriteStep(MoeBatch batch, int step, int steps, float* to, int stride)
    {
        var wide = batch.Columns / steps;
        for (var r = 0; r < batch.Rows; r++, to += stride)
        {
            batch.Inputs.Slice((r * batch.Columns) + (step * wide), wide).CopyTo(new Span<float>(to, wide));
            new Span<float>(to + wide, stride - wide).Clear();
        }
    }

    private static EdgeList Edges(Tape tape, HostGraph graph)
    {
        int* starts = tape.Indices(graph.Rows + 1), sources = tape.Indices(graph.Count), types = tape.Indices(graph.Count);
        var amounts = tape.Room(graph.Count);
        graph.Starts.CopyTo(new Span<int>(starts, graph.Rows + 1));
        graph.Sources.CopyTo(new Span<int>(sources, graph.Count));
        graph.Types.CopyTo(new Span<int>(types, graph.Count));
        graph.Amounts.CopyTo(new Span<float>(amounts, graph.Count));
        return new EdgeList(graph.Rows, starts, sources, types, amounts);
    }
}
