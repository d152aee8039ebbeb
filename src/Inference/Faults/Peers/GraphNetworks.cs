using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>As PreGAN (Tuli et al. 2022) sees faults: a gated recurrent unit over a host's intervals, then attention over the hosts that tasks moved between. Its
/// adversarial half makes migrations, which is not what is measured here.</summary>
internal sealed class PreGanPredictor(PeerBudget budget) : NeuralPredictor("PreGAN-like", budget)
{
    protected override void Declare(PeerNet net, int columns, int classes) =>
        net.Linear("x", Wide, 3 * Budget.State).Linear("u", Budget.State, 3 * Budget.State).Edges(Budget.State).Linear("one", Budget.State, Budget.Width).Linear("out", Budget.Width, classes);

    protected override unsafe Tensor Forward(Tape tape, PeerNet net, MoeBatch batch)
    {
        var state = tape.Constant(batch.Rows, Budget.State);
        new Span<float>(state.Data, state.Rows * state.Stride).Clear();
        for (var i = 0; i < Intervals; i++)
        {
            var x = LinearOp.Apply(tape, PeerOps.Columns(tape, batch, i * Wide, Wide), net["x"]);
            state = GruOp.Apply(tape, x, LinearOp.Apply(tape, state, net["u"]), state);
        }
        return LinearOp.Apply(tape, PeerOps.Layer(tape, net, "one", PeerOps.Neighbours(tape, net, batch, state)), net["out"]);
    }
}

/// <summary>As PreGAN+ (Tuli et al. 2024): a transformer over a host's intervals in the unit's place.</summary>
internal sealed class PreGanPlusPredictor(PeerBudget budget) : NeuralPredictor("PreGAN+-like", budget)
{
    private const int Heads = 4;

    protected override void Declare(PeerNet net, int columns, int classes) =>
        net.Linear("in", Wide + Intervals, Budget.State).Norm("norm1", Budget.State).Linear("qkv", Budget.State, 3 * Budget.State).Linear("mix", Budget.State, Budget.State).Norm("norm2", Budget.State)
            .Linear("up", Budget.State, 2 * Budget.State).Linear("down", 2 * Budget.State, Budget.State).Norm("norm3", Budget.State).Edges(Budget.State).Linear("one", Budget.State, Budget.Width).Linear("out", Budget.Width, classes);

    protected override unsafe Tensor Forward(Tape tape, PeerNet net, MoeBatch batch)
    {
        var tokens = tape.Constant(batch.Rows * Intervals, Wide + Intervals);
        var starts = tape.Indices(batch.Rows + 1);
        for (var r = 0; r < batch.Rows; r++)
        {
            starts[r] = r * Intervals;
            for (var i = 0; i < Intervals; i++)
            {
                // Its place in time is a column of its own.
                var to = new Span<float>(tokens.Row((r * Intervals) + i), tokens.Stride);
                to.Clear();
                batch.Inputs.Slice((r * batch.Columns) + (i * Wide), Wide).CopyTo(to);
                to[Wide + i] = 1;
            }
        }
        starts[batch.Rows] = batch.Rows * Intervals;
        var x = LinearOp.Apply(tape, tokens, net["in"]);
        var normed = LayerNormOp.Apply(tape, x, net.Index("norm1.gain"), net.Index("norm1.bias"));
        LinearOp.AddTo(tape, AttentionOp.Apply(tape, LinearOp.Apply(tape, normed, net["qkv"]), batch.Rows, starts, Heads), net["mix"], x);
        normed = LayerNormOp.Apply(tape, x, net.Index("norm2.gain"), net.Index("norm2.bias"));
        LinearOp.AddTo(tape, PeerOps.Layer(tape, net, "up", normed), net["down"], x);
        var newest = tape.Indices(batch.Rows);
        for (var r = 0; r < batch.Rows; r++)
            newest[r] = ((r + 1) * Intervals) - 1;
        var last = PickOp.Apply(tape, LayerNormOp.Apply(tape, x, net.Index("norm3.gain"), net.Index("norm3.bias")), newest, batch.Rows);
        return LinearOp.Apply(tape, PeerOps.Layer(tape, net, "one", PeerOps.Neighbours(tape, net, batch, last)), net["out"]);
    }
}
