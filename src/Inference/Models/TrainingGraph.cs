using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Models;

/// <summary>The model as operations on a tape. Frames that are not valid are left out at the start: attention cannot see them, no expert
/// computes them, nothing they contain matters.</summary>
internal static unsafe class TrainingGraph
{
    /// <summary>Tokens of some windows: token i stands in row Rows[i] of the batch; window w has the tokens Starts[w]..Starts[w+1]-1.</summary>
    public ref struct Tokens
    {
        public int Count, Windows, FirstWindow;
        public int* Rows;
        public int* Starts;
    }

    public static Tokens Collect(Tape tape, WindowBatch batch, int first, int windows)
    {
        var tokens = new Tokens { Windows = windows, FirstWindow = first, Rows = tape.Indices(windows * batch.Frames), Starts = tape.Indices(windows + 1) };
        for (var w = 0; w < windows; w++)
        {
            tokens.Starts[w] = tokens.Count;
            for (int row = (first + w) * batch.Frames, end = row + batch.Frames; row < end; row++)
            {
                if (batch.Valid[row])
                    tokens.Rows[tokens.Count++] = row;
            }
        }
        tokens.Starts[windows] = tokens.Count;
        return tokens;
    }

    /// <param name="loadWeight">Of the load loss in the gradient.</param>
    /// <param name="expertTokens">Layers x experts: added to.</param>
    /// <param name="loadLoss">Sum over the layers, unweighed.</param>
    /// <returns>The reconstruction, tokens x metrics.</returns>
    public static Tensor Forward(Tape tape, ModelLayers model, WindowBatch batch, in Tokens tokens, float loadWeight, Span<long> expertTokens, out double loadLoss)
    {
        var x = Embed(tape, model, batch, tokens);
        loadLoss = 0;
        for (var l = 0; l < model.Blocks.Length; l++)
        {
            var block = model.Blocks[l];
            var h = LayerNormOp.Apply(tape, x, block.Norm1, block.Norm1 + 1);
            var qkv = LinearOp.Apply(tape, h, block.Qkv);
            var mixed = AttentionOp.Apply(tape, qkv, tokens.Windows, tokens.Starts, model.Shape.Heads);
            LinearOp.AddTo(tape, mixed, block.Out, x);

            h = LayerNormOp.Apply(tape, x, block.Norm2, block.Norm2 + 1);
            var p = SoftmaxOp.Apply(tape, LinearOp.Apply(tape, h, block.Router));
            var routing = Routing.Top(p.Data, p.Rows, p.Columns, p.Stride, tape.Indices(p.Rows), tape.Indices(p.Rows), tape.Indices(p.Columns + 1));
            loadLoss += LoadLossOp.Apply(tape, p, routing, loadWeight);
            var sorted = GatherRowsOp.Apply(tape, h, routing.Order);
            var inner = GeluOp.Apply(tape, GroupedLinearOp.Apply(tape, sorted, block.Up, routing.Offsets));
            var result = GroupedLinearOp.Apply(tape, inner, block.Down, routing.Offsets);
            GatedScatterOp.AddTo(tape, result, p, routing, x);
            for (var e = 0; e < routing.Experts; e++)
                expertTokens[(l * routing.Experts) + e] += routing.Tokens(e);
        }
        return LinearOp.Apply(tape, LayerNormOp.Apply(tape, x, model.Norm, model.Norm + 1), model.Decoder);
    }

    private static Tensor Embed(Tape tape, ModelLayers model, WindowBatch batch, in Tokens tokens)
    {
        var shape = model.Shape;
        Tensor input = tape.Constant(tokens.Count, 2 * shape.Metrics), positions = tape.Constant(tokens.Count, shape.Width);
        var times = tape.Room(tokens.Count);
        var segments = tape.Indices(tokens.Count);
        var table = PositionTable.Of(shape.Width);
        var scratch = tape.Room(2 * table.Room);
        fixed (float* values = batch.Values, mask = batch.Mask)
        {
            for (var i = 0; i < tokens.Count; i++)
            {
                var row = tokens.Rows[i];
                var from = (nint)row * shape.Metrics;
                tape.Kernels.Hide(shape.Metrics, input.Stride, values + from, mask + from, input.Row(i));
                table.Write(tape.Kernels, batch.Position[row], positions.Row(i), scratch);
                times[i] = batch.LogTime[row];
                segments[i] = batch.SegmentId[row / batch.Frames];
            }
        }
        var x = LinearOp.Apply(tape, input, model.Input);
        GainOp.AddTo(tape, model.PositionGain, positions, x);
        OuterOp.AddTo(tape, model.LogTime, times, x);
        LookupOp.AddTo(tape, model.Segment, segments, x);
        return x;
    }
}
