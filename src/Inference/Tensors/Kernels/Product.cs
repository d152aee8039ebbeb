using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>Matrix products cut into <see cref="Tile{S,V,R,C,T}"/>s. The right side runs in the outer loop: its panel (depth x 32 floats) stays in
/// the first-level cache while the rows of the left side stream past. Heights are as equal as can be
/// (20 rows are 10 + 10, not 14 + 6). Which tile computes an element depends on the shapes alone.</summary>
internal static unsafe class Product<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <summary>Depth of one pass: a panel of this depth fills most of a first-level cache of 48 KB.</summary>
    private const int MaxDepth = 320;

    public static int MostRows => S.Lanes == 16 ? 14 : 6;

    /// <summary>C (m x b.Columns) = or += A (m x b.Depth) B + bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Packed(int m, float* a, int lda, PackedMatrix b, float* c, int ldc, bool accumulate)
    {
        var panel = 2 * S.Lanes;
        var width = Layout.Stride(b.Columns);
        var data = b.Data;
        for (var j = 0; j < width; j += panel)
        {
            var wide = Math.Min(panel, width - j);
            for (var k = 0; k < b.Depth; k += MaxDepth)
            {
                var depth = Math.Min(MaxDepth, b.Depth - k);
                var bias = k == 0 ? data : null;
                Strip<N0>(m, wide, depth, a + k, lda, data + ((k + 1) * wide), wide, c + j, ldc, bias, accumulate || k > 0);
            }
            data += (b.Depth + 1) * wide;
        }
    }

    /// <summary>C (m x n) = or += A (m x k) B (k x n). B is readable over whole vectors; C is written in its n columns only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Plain(int m, int n, int k, float* a, int lda, float* b, int ldb, float* c, int ldc, bool accumulate) =>
        Panels<N0>(m, n, k, a, lda, b, ldb, c, ldc, accumulate);

    /// <summary>C (m x n) = or += A^T B where A is k x m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transposed(int m, int n, int k, float* a, int lda, float* b, int ldb, float* c, int ldc, bool accumulate) =>
        Panels<N1>(m, n, k, a, lda, b, ldb, c, ldc, accumulate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panels<T>(int m, int n, int k, float* a, int lda, float* b, int ldb, float* c, int ldc, bool accumulate)
        where T : struct, INumber
    {
        for (var d = 0; d < k; d += MaxDepth)
        {
            var from = a + (T.Value == 1 ? (nint)d * lda : d);
            for (var j = 0; j < n; j += 2 * S.Lanes)
            {
                Strip<T>(m, Math.Min(2 * S.Lanes, n - j), Math.Min(MaxDepth, k - d), from, lda, b + ((nint)d * ldb) + j, ldb, c + j, ldc,
                    null, accumulate || d > 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip<T>(int m, int columns, int depth, float* a, int lda, float* b, int ldb, float* c, int ldc, float* bias, bool accumulate)
        where T : struct, INumber
    {
        var panels = (m + MostRows - 1) / MostRows;
        while (m > 0)
        {
            var rows = (m + panels - 1) / panels--;
            if (columns > S.Lanes)
                Run<N2, T>(rows, depth, a, lda, b, ldb, c, ldc, bias, accumulate, columns - S.Lanes);
            else
                Run<N1, T>(rows, depth, a, lda, b, ldb, c, ldc, bias, accumulate, columns);
            a += T.Value == 1 ? rows : (nint)rows * lda;
            c += (nint)rows * ldc;
            m -= rows;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<C, T>(int rows, int depth, float* a, int lda, float* b, int ldb, float* c, int ldc, float* bias, bool accumulate, int last)
        where C : struct, INumber
        where T : struct, INumber
    {
        switch (rows)
        {
            case 1: Tile<S, V, N1, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 2: Tile<S, V, N2, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 3: Tile<S, V, N3, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 4: Tile<S, V, N4, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 5: Tile<S, V, N5, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 6: Tile<S, V, N6, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 7: Tile<S, V, N7, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 8: Tile<S, V, N8, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 9: Tile<S, V, N9, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 10: Tile<S, V, N10, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 11: Tile<S, V, N11, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 12: Tile<S, V, N12, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            case 13: Tile<S, V, N13, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
            default: Tile<S, V, N14, C, T>.Run(depth, a, lda, b, ldb, c, ldc, bias, accumulate, last); break;
        }
    }
}
