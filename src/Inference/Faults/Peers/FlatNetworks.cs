using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>Logistic regression of all classes on a host's last intervals.</summary>
internal sealed class LogisticPredictor(PeerBudget budget) : NeuralPredictor("logistic", budget)
{
    protected override void Declare(PeerNet net, int columns, int classes) => net.Linear("out", columns, classes);

    protected override Tensor Forward(Tape tape, PeerNet net, MoeBatch batch) =>
        LinearOp.Apply(tape, PeerOps.Columns(tape, batch, 0, batch.Columns), net["out"]);
}

/// <summary>The same with two inner layers; it sees no neighbours.</summary>
internal sealed class MlpPredictor(PeerBudget budget) : NeuralPredictor("mlp", budget)
{
    protected override void Declare(PeerNet net, int columns, int classes) =>
        net.Linear("one", columns, Budget.Width).Linear("two", Budget.Width, Budget.Width).Linear("out", Budget.Width, classes);

    protected override Tensor Forward(Tape tape, PeerNet net, MoeBatch batch)
    {
        var inner = PeerOps.Layer(tape, net, "one", PeerOps.Columns(tape, batch, 0, batch.Columns));
        return LinearOp.Apply(tape, PeerOps.Layer(tape, net, "two", inner), net["out"]);
    }
}

/// <summary>As CMODLB (Negi et al. 2021): k-means groups hosts by their load, and a network that is told the groups says which are overloaded. Here: the last interval's
/// features, the distances to the centres, two inner layers.</summary>
internal sealed class CmodlbPredictor(PeerBudget budget) : NeuralPredictor("CMODLB", budget)
{
    private const int Centres = 8;

    private float[][] _centres = [];
    private int _features;

    protected override void Prepare(FaultHistory history, IntervalRange train, SeededRandom random)
    {
        _features = history.Features;
        var scaling = InputScaling.Fit(history, train);
        List<float[]> points = [];
        for (var i = 0; i < 4000; i++)
        {
            var row = history[train.First + random.NextInt(train.Length)].Row(random.NextInt(history.Hosts));
            var point = new float[_features];
            for (var f = 0; f < _features; f++)
                point[f] = float.IsFinite(row[f]) ? Math.Clamp((row[f] - scaling.Mean[f]) / scaling.Deviation[f], -8, 8) : 0;
            points.Add(point);
        }
        _centres = KMeans.Run(points, Centres, random);
    }

    protected override void Declare(PeerNet net, int columns, int classes) =>
        net.Linear("one", Wide + Centres, Budget.Width).Linear("two", Budget.Width, Budget.Width).Linear("out", Budget.Width, classes);

    protected override unsafe Tensor Forward(Tape tape, PeerNet net, MoeBatch batch)
    {
        var x = tape.Constant(batch.Rows, Wide + Centres);
        for (var r = 0; r < batch.Rows; r++)
        {
            var to = new Span<float>(x.Row(r), x.Stride);
            to.Clear();
            var last = batch.Inputs.Slice(((r + 1) * batch.Columns) - Wide, Wide);
            last.CopyTo(to);
            for (var c = 0; c < Centres; c++)
                to[Wide + c] = MathF.Sqrt(KMeans.Distance(last[.._features], _centres[c]));
        }
        return LinearOp.Apply(tape, PeerOps.Layer(tape, net, "two", PeerOps.Layer(tape, net, "one", x)), net["out"]);
    }
}
