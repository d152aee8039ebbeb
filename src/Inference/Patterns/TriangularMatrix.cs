namespace Tocsin.Inference.Patterns;

/// <summary>Symmetric float32 values of pairs of n things, each pair once, the diagonal left out: n(n-1)/2 values.</summary>
public sealed class TriangularMatrix
{
    public TriangularMatrix(int count)
    {
        Count = count;
        // Uninitialised: zeroing would touch every page once more; who makes it writes every cell.
        Values = GC.AllocateUninitializedArray<float>(checked((int)(count * (count - 1L) / 2)));
    }

    public int Count { get; }

    public float[] Values { get; }

    public float this[int i, int j]
    {
        get => Values[i > j ? Start(i) + j : Start(j) + i];
        set => Values[i > j ? Start(i) + j : Start(j) + i] = value;
    }

    /// <summary>Where the pairs (row, 0), (row, 1), ... (row, row - 1) begin.</summary>
    public static int Start(int row) => (int)(row * (row - 1L) / 2);

    /// <summary>Euclidean distances between all rows, or their squares.</summary>
    public static unsafe TriangularMatrix OfDistances(VectorTable table, bool squared, int threads)
    {
        var matrix = new TriangularMatrix(table.Count);
        DistanceTiles.ForEach(table, threads, () => matrix, (m, first, rows, second, columns, tile) =>
        {
            for (var i = 0; i < rows; i++)
            {
                var row = first + i;
                var wanted = Math.Min(columns, row - second);
                if (wanted <= 0)
                    continue;
                var target = m.Values.AsSpan(Start(row) + second, wanted);
                var source = tile + (i * DistanceKernel.Tile);
                for (var j = 0; j < wanted; j++)
                    target[j] = (float)(squared ? source[j] : Math.Sqrt(source[j]));
            }
        });
        return matrix;
    }
}
