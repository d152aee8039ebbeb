using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>Pieces that several of the networks are made of.</summary>
internal static unsafe class PeerOps
{
    /// <summary>Some columns of the batch's rows, as a constant.</summary>
    public static Tensor Columns(Tape tape, MoeBatch batch, int first, int count)
    {
        var x = tape.Constant(batch.Rows, count);
        for (var r = 0; r < batch.Rows; r++)
        {
            batch.Inputs.Slice((r * batch.Columns) + first, count).CopyTo(new Span<float>(x.Row(r), count));
            new Span<float>(x.Row(r) + count, x.Stride - count).Clear();
        }
        return x;
    }

    public static Tensor Layer(Tape tape, PeerNet net, string name, in Tensor x) => GeluOp.Apply(tape, LinearOp.Apply(tape, x, net[name]));

    /// <summary>What comes along the edges, beside the host's own state.</summary>
    public static Tensor Neighbours(Tape tape, PeerNet net, MoeBatch batch, in Tensor state)
    {
        var graph = batch.Graph;
        int* starts = tape.Indices(graph.Rows + 1), sources = tape.Indices(graph.Count), types = tape.Indices(graph.Count);
        var amounts = tape.Room(graph.Count);
        graph.Starts.CopyTo(new Span<int>(starts, graph.Rows + 1));
        graph.Sources.CopyTo(new Span<int>(sources, graph.Count));
        graph.Types.CopyTo(new Span<int>(types, graph.Count));
        graph.Amounts.CopyTo(new Span<float>(amounts, graph.Count));
        var mixed = EdgeAttentionOp.Apply(tape, LinearOp.Apply(tape, state, net.EdgeState), LinearOp.Apply(tape, state, net.EdgeValue),
            new EdgeList(graph.Rows, starts, sources, types, amounts), net.EdgeParameters);
        // A sum of its own: attention needs its output again on the way back.
        var sum = tape.Make(state.Rows, state.Columns);
        new Span<float>(sum.Data, sum.Rows * sum.Stride).Clear();
        AddOp.AddTo(tape, mixed, sum);
        AddOp.AddTo(tape, state, sum);
        return sum;
    }
}
