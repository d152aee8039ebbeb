using Tocsin.Inference.Faults.Moe;
using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>Gradient-boosted trees, one a class and round, over histograms; half of the rows and a third of the columns for each. The rounds that validation likes best.</summary>
internal sealed class GbdtPredictor(PeerBudget budget) : IFaultPredictor
{
    private readonly List<Tree[]> _rounds = [];
    private FlatTable? _table;
    private BinnedRows? _borders;
    private float[] _prior = [], _row = [];
    private byte[] _bins = [];

    public string Name => "gbdt";

    public void Fit(FaultHistory history, IntervalRange train, IntervalRange validation, int seed)
    {
        var random = new SeededRandom(unchecked((ulong)seed) * 2 + 1);
        var input = new HostInput(InputScaling.Fit(history, train), history.Classes);
        _table = new FlatTable(input, history.Features, history.Classes, history.Hosts);
        _rounds.Clear();
        int columns = _table.Columns, classes = history.Classes;
        (_row, _bins) = (new float[history.Hosts * columns], new byte[columns]);
        _prior = [.. PriorPredictor.Shares(history, train).Select(s => MathF.Log(s))];
        _borders = Borders(history, train, random);
        var (rows, labels) = Bin(history, new IntervalRange(Math.Max(1, train.First), train.End));
        var (held, heldLabels) = Bin(history, new IntervalRange(Math.Max(1, validation.First), validation.End));
        float[] scores = Start(labels.Length), heldScores = Start(heldLabels.Length);
        float[] gradients = new float[labels.Length], weights = new float[labels.Length];
        var p = new float[labels.Length * classes];
        var grower = new TreeGrower(rows, labels.Length, columns, budget.Depth, budget.Shrinkage, random);
        var (least, kept) = (double.PositiveInfinity, 0);
        for (var round = 0; round < budget.Trees && round < kept + 10; round++)
        {
            Softmax(scores, p, classes);
            int[] chosen = [.. Enumerable.Range(0, labels.Length).Where(_ => random.NextFloat() < 0.5f)];
            var trees = new Tree[classes];
            for (var c = 0; c < classes; c++)
            {
                for (var r = 0; r < labels.Length; r++)
                {
                    var share = p[(r * classes) + c];
                    (gradients[r], weights[r]) = labels[r] < 0 ? (0, 0) : (share - (labels[r] == c ? 1 : 0), Math.Max(share * (1 - share), 1e-4f));
                }
                trees[c] = grower.Grow(gradients, weights, chosen, columns / 3);
            }
            _rounds.Add(trees);
            Add(trees, rows, scores);
            Add(trees, held, heldScores);
            var loss = Loss(heldScores, heldLabels, classes);
            if (loss < least)
                (least, kept) = (loss, _rounds.Count);
        }
        _rounds.RemoveRange(kept, _rounds.Count - kept);
    }

    public void Predict(PastView past, Span<float> scores)
    {
        if (_table is null || _borders is null)
            throw new InvalidOperationException($"{Name} was not fitted yet");
        _table.Write(past, _row);
        for (var h = 0; h < past.Hosts; h++)
        {
            for (var c = 0; c < _bins.Length; c++)
                _bins[c] = _borders.Bin(c, _row[(h * _bins.Length) + c]);
            var to = scores.Slice(h * past.Classes, past.Classes);
            _prior.CopyTo(to);
            foreach (var trees in _rounds)
            {
                for (var c = 0; c < to.Length; c++)
                    to[c] += trees[c].Of(_bins);
            }
            Normalise(to);
        }
    }

    private BinnedRows Borders(FaultHistory history, IntervalRange train, SeededRandom random)
    {
        const int intervals = 300;
        var sample = new float[intervals * _row.Length];
        for (var i = 0; i < intervals; i++)
            _table!.Write(new PastView(history, Math.Max(1, train.First + random.NextInt(train.Length))), sample.AsSpan(i * _row.Length));
        return new BinnedRows(sample, intervals * history.Hosts, _table!.Columns);
    }

    private (byte[] Rows, int[] Labels) Bin(FaultHistory history, IntervalRange range)
    {
        var columns = _table!.Columns;
        var rows = new byte[range.Length * history.Hosts * columns];
        var labels = new int[range.Length * history.Hosts];
        for (var t = range.First; t < range.End; t++)
        {
            _table.Write(new PastView(history, t), _row);
            var first = (t - range.First) * history.Hosts;
            for (var i = 0; i < _row.Length; i++)
                rows[(first * columns) + i] = _borders!.Bin(i % columns, _row[i]);
            for (var h = 0; h < history.Hosts; h++)
                labels[first + h] = history.Label(t, h) is { } label ? (int)label : -1;
        }
        return (rows, labels);
    }

    private float[] Start(int rows)
    {
        var scores = new float[rows * _prior.Length];
        for (var r = 0; r < rows; r++)
            _prior.CopyTo(scores, r * _prior.Length);
        return scores;
    }

    private static void Add(Tree[] trees, byte[] rows, float[] scores)
    {
        var columns = (int)((long)rows.Length * trees.Length / scores.Length);
        for (var r = 0; r < scores.Length / trees.Length; r++)
        {
            for (var c = 0; c < trees.Length; c++)
                scores[(r * trees.Length) + c] += trees[c].Of(rows.AsSpan(r * columns, columns));
        }
    }

    private static void Softmax(float[] scores, float[] p, int classes)
    {
        scores.CopyTo(p, 0);
        for (var at = 0; at < p.Length; at += classes)
            Normalise(p.AsSpan(at, classes));
    }

    private static void Normalise(Span<float> row)
    {
        float top = float.NegativeInfinity, sum = 0;
        foreach (var value in row)
            top = Math.Max(top, value);
        foreach (ref var value in row)
            sum += value = MathF.Exp(value - top);
        foreach (ref var value in row)
            value /= sum;
    }

    private static double Loss(float[] scores, int[] labels, int classes)
    {
        var p = new float[scores.Length];
        Softmax(scores, p, classes);
        double loss = 0;
        for (var r = 0; r < labels.Length; r++)
            loss -= labels[r] < 0 ? 0 : Math.Log(Math.Max(p[(r * classes) + labels[r]], 1e-9f));
        return loss;
    }
}
