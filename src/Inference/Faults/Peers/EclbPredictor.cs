using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Ops;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>As ECLB (Sharif et al. 2020): Bayes' rule over a host's features as they are now says in which class it is, a network weighs that with the features.</summary>
internal sealed class EclbPredictor(PeerBudget budget) : NeuralPredictor("ECLB", budget)
{
    private const float Floor = 1e-3f;

    private float[] _mean = [], _variance = [], _prior = [];
    private InputScaling? _scaling;
    private int _features, _classes;

    protected override void Prepare(FaultHistory history, IntervalRange train, SeededRandom random)
    {
        (_features, _classes, _scaling) = (history.Features, history.Classes, InputScaling.Fit(history, train));
        _prior = [.. PriorPredictor.Shares(history, train).Select(s => MathF.Log(s))];
        double[] sum = new double[_classes * _features], squares = new double[_classes * _features], count = new double[_classes];
        for (var t = Math.Max(1, train.First); t < train.End; t++)
        {
            for (var h = 0; h < history.Hosts; h++)
            {
                if (history.Label(t, h) is not { } label)
                    continue;
                count[(int)label]++;
                var row = history[t - 1].Row(h);
                for (var f = 0; f < _features; f++)
                {
                    var value = float.IsFinite(row[f]) ? (row[f] - _scaling.Mean[f]) / _scaling.Deviation[f] : 0;
                    sum[((int)label * _features) + f] += value;
                    squares[((int)label * _features) + f] += value * value;
                }
            }
        }
        _mean = [.. sum.Select((s, i) => (float)(s / Math.Max(1, count[i / _features])))];
        _variance = [.. squares.Select((s, i) => Floor + Math.Max(0, (float)(s / Math.Max(1, count[i / _features])) - (_mean[i] * _mean[i])))];
    }

    protected override void Declare(PeerNet net, int columns, int classes) =>
        net.Linear("one", _features + classes, Budget.Width / 2).Linear("out", Budget.Width / 2, classes);

    protected override unsafe Tensor Forward(Tape tape, PeerNet net, MoeBatch batch)
    {
        var x = tape.Constant(batch.Rows, _features + _classes);
        for (var r = 0; r < batch.Rows; r++)
        {
            var to = new Span<float>(x.Row(r), x.Stride);
            to.Clear();
            var last = batch.Inputs.Slice(((r + 1) * batch.Columns) - Wide, _features);
            last.CopyTo(to);
            Posterior(last, to.Slice(_features, _classes));
        }
        return LinearOp.Apply(tape, PeerOps.Layer(tape, net, "one", x), net["out"]);
    }

    private void Posterior(ReadOnlySpan<float> values, Span<float> row)
    {
        var top = float.NegativeInfinity;
        for (var c = 0; c < _classes; c++)
        {
            row[c] = _prior[c];
            for (var f = 0; f < _features; f++)
            {
                float away = values[f] - _mean[(c * _features) + f], variance = _variance[(c * _features) + f];
                row[c] -= 0.5f * ((away * away / variance) + MathF.Log(variance));
            }
            top = Math.Max(top, row[c]);
        }
        float sum = 0;
        foreach (ref var p in row)
            sum += p = MathF.Exp(p - top);
        foreach (ref var p in row)
            p /= sum;
    }
}
