using Tocsin.Inference.Tensors;

namespace Tocsin.Inference.Faults.Peers;

/// <summary>Columns cut into at most 64 bins at quantiles of the training rows; row-major within a column.</summary>
internal sealed class BinnedRows
{
    public const int Bins = 64;

    private readonly float[][] _borders;

    public BinnedRows(float[] sample, int rows, int columns)
    {
        _borders = new float[columns][];
        var values = new float[rows];
        for (var c = 0; c < columns; c++)
        {
            for (var r = 0; r < rows; r++)
                values[r] = sample[(r * columns) + c];
            Array.Sort(values);
            _borders[c] = [.. Enumerable.Range(1, Bins - 1).Select(b => values[(int)((long)b * rows / Bins)]).Distinct()];
        }
    }

    public int Columns => _borders.Length;

    /// <summary>How many borders lie below the value.</summary>
    public byte Bin(int column, float value)
    {
        var at = Array.BinarySearch(_borders[column], value);
        return (byte)(at < 0 ? ~at : at);
    }
}

/// <summary>One tree: nodes in the order of a heap; a leaf where the column is -1.</summary>
internal sealed class Tree(int depth)
{
    public readonly short[] Column = new short[(2 << depth) - 1];
    public readonly byte[] Border = new byte[(2 << depth) - 1];
    public readonly float[] Value = new float[(2 << depth) - 1];

    public float Of(ReadOnlySpan<byte> bins)
    {
        var node = 0;
        while (Column[node] >= 0)
            node = (2 * node) + (bins[Column[node]] <= Border[node] ? 1 : 2);
        return Value[node];
    }
}

/// <summary>Grows a tree by second-order gain over histograms (Chen and Guestrin 2016, eq. 6 and 7), level by level.</summary>
internal sealed class TreeGrower(byte[] bins, int rows, int columns, int depth, float shrink, SeededRandom random)
{
    private const float Lambda = 1f;
    private const float LeastWeight = 5f;
    private const float LeastGain = 0.5f;

    private readonly int[] _node = new int[rows];
    private float[] _histogram = [];

    /// <param name="chosen">Rows that take part.</param>
    public Tree Grow(ReadOnlySpan<float> gradients, ReadOnlySpan<float> weights, ReadOnlySpan<int> chosen, int columnsPerTree)
    {
        var tree = new Tree(depth);
        Array.Fill(tree.Column, (short)-1);
        int[] used = [.. Enumerable.Range(0, columns)];
        random.Shuffle<int>(used);
        used = used[..Math.Min(columnsPerTree, columns)];
        foreach (var row in chosen)
            _node[row] = 0;
        for (var level = 0; level <= depth; level++)
        {
            int first = (1 << level) - 1, nodes = 1 << level, size = BinnedRows.Bins * 2;
            if (_histogram.Length < nodes * used.Length * size)
                _histogram = new float[nodes * used.Length * size];
            var histogram = _histogram.AsSpan(0, nodes * used.Length * size);
            histogram.Clear();
            foreach (var row in chosen)
            {
                var node = _node[row] - first;
                if (node < 0)
                    continue;
                int at = node * used.Length * size, from = row * columns;
                float g = gradients[row], w = weights[row];
                for (var c = 0; c < used.Length; c++, at += size)
                {
                    var bin = at + (2 * bins[from + used[c]]);
                    histogram[bin] += g;
                    histogram[bin + 1] += w;
                }
            }
            for (var n = 0; n < nodes; n++)
                Split(tree, first + n, histogram.Slice(n * used.Length * size, used.Length * size), used, level < depth);
            foreach (var row in chosen)
            {
                var node = _node[row];
                if (node >= first && tree.Column[node] >= 0)
                    _node[row] = (2 * node) + (bins[(row * columns) + tree.Column[node]] <= tree.Border[node] ? 1 : 2);
            }
        }
        return tree;
    }

    private void Split(Tree tree, int node, ReadOnlySpan<float> histogram, int[] used, bool mayGrow)
    {
        const int size = BinnedRows.Bins * 2;
        float g = 0, w = 0;
        for (var b = 0; b < size; b += 2)
            (g, w) = (g + histogram[b], w + histogram[b + 1]);
        tree.Value[node] = -shrink * g / (w + Lambda);
        if (!mayGrow || w < 2 * LeastWeight)
            return;
        var best = LeastGain;
        for (var c = 0; c < used.Length; c++)
        {
            float left = 0, leftWeight = 0;
            for (var b = 0; b < BinnedRows.Bins - 1; b++)
            {
                left += histogram[(c * size) + (2 * b)];
                leftWeight += histogram[(c * size) + (2 * b) + 1];
                float right = g - left, rightWeight = w - leftWeight;
                if (leftWeight < LeastWeight || rightWeight < LeastWeight)
                    continue;
                var gain = (left * left / (leftWeight + Lambda)) + (right * right / (rightWeight + Lambda)) - (g * g / (w + Lambda));
                if (gain > best)
                    (best, tree.Column[node], tree.Border[node]) = (gain, (short)used[c], (byte)b);
            }
        }
    }
}
