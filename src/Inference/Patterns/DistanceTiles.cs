using System.Runtime.InteropServices;

namespace Tocsin.Inference.Patterns;

/// <summary>All pairs of a table's rows, tile by tile, on several threads.</summary>
internal static unsafe class DistanceTiles
{
    /// <summary>One tile of squared distances. Tiles with <paramref name="firstRow"/> &gt;= <paramref name="firstColumn"/> only; on the diagonal the pairs above it stand twice.</summary>
    /// <param name="squared">Row-major, <see cref="DistanceKernel.Tile"/> a row.</param>
    public delegate void TileAction<TState>(TState state, int firstRow, int rows, int firstColumn, int columns, double* squared);

    /// <summary>Hands out every tile once, in no order; a thread's state is seen by no other thread.</summary>
    /// <returns>The threads' states.</returns>
    public static IReadOnlyList<TState> ForEach<TState>(VectorTable table, int threads, Func<TState> newState, TileAction<TState> action)
    {
        var blocks = (table.Count + DistanceKernel.Tile - 1) / DistanceKernel.Tile;
        var states = new TState[Math.Max(1, threads)];
        var next = -1;
        void Work(int worker)
        {
            var state = states[worker] = newState();
            var scratch = (double*)NativeMemory.AlignedAlloc(DistanceKernel.Tile * DistanceKernel.Tile * sizeof(double), 64);
            try
            {
                // Rows of tiles are taken last first: the longest ones, so that no thread ends with one of them alone.
                for (int taken; (taken = Interlocked.Increment(ref next)) < blocks;)
                {
                    var block = blocks - 1 - taken;
                    var first = block * DistanceKernel.Tile;
                    var rows = Math.Min(DistanceKernel.Tile, table.Count - first);
                    for (var other = 0; other <= block; other++)
                    {
                        var second = other * DistanceKernel.Tile;
                        var columns = Math.Min(DistanceKernel.Tile, table.Count - second);
                        DistanceKernel.Squared(table, first, rows, second, columns, scratch);
                        action(state, first, rows, second, columns, scratch);
                    }
                }
            }
            finally
            {
                NativeMemory.AlignedFree(scratch);
            }
        }
        Workers.Run(states.Length, Work);
        return states;
    }
}
