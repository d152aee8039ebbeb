using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>Scaled dot-product attention in tiles with a running maximum and sum (Milakov and Gimelshein 2018, algorithm 3; Dao et al. 2022,
/// algorithm 1): memory grows with queries + keys, never with their product. The way back computes the tiles again.</summary>
internal static unsafe class StreamKernels<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <summary>Rows of a tile; a multiple of 14, the height of the widest path's product tiles. With <see cref="KeyTile"/> a tile is 14 KB:
    /// two of them and their keys stay in a first-level cache.</summary>
    private const int QueryTile = 56;
    private const int KeyTile = 64;
    private const float Never = -1e30f;

    /// <summary>Floats of scratch for <see cref="Forward"/> and <see cref="Backward"/>.</summary>
    public static int Room => (2 * QueryTile * KeyTile) + (2 * QueryTile);

    /// <param name="turned">The keys transposed: width rows of <paramref name="ldt"/> floats, a whole number of vectors, zeros after the last key.</param>
    /// <param name="norms">Out, one a query: the logarithm of the sum of the exponents.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(int queries, int keys, int width, float* q, int ldq, float* turned, int ldt, float* v, int ldv,
        float* scratch, float* output, int ldo, float* norms)
    {
        float* tile = scratch, tops = scratch + (QueryTile * KeyTile), sums = tops + QueryTile;
        var scale = 1f / MathF.Sqrt(width);
        for (var i = 0; i < queries; i += QueryTile)
        {
            var m = Math.Min(QueryTile, queries - i);
            new Span<float>(tops, m).Fill(Never);
            new Span<float>(sums, m).Clear();
            var to = output + ((nint)i * ldo);
            for (var j = 0; j < keys; j += KeyTile)
            {
                var n = Math.Min(KeyTile, keys - j);
                Product<S, V>.Plain(m, (n + S.Lanes - 1) & -S.Lanes, width, q + ((nint)i * ldq), ldq, turned + j, ldt, tile, KeyTile, false);
                for (var r = 0; r < m; r++)
                {
                    var factor = Exponents(n, tile + (r * KeyTile), scale, tops + r, sums + r);
                    if (j > 0 && factor != 1)
                        FlatKernels<S, V>.Scaled(width, factor, to + ((nint)r * ldo), to + ((nint)r * ldo), false);
                }
                Product<S, V>.Plain(m, width, n, tile, KeyTile, v + ((nint)j * ldv), ldv, to, ldo, j > 0);
            }
            for (var r = 0; r < m; r++)
            {
                FlatKernels<S, V>.Scaled(width, 1 / sums[r], to + ((nint)r * ldo), to + ((nint)r * ldo), false);
                norms[i + r] = tops[r] + MathF.Log(sums[r]);
            }
        }
    }

    /// <summary>Overwrites dq, dk and dv. <paramref name="turned"/> and <paramref name="turnedV"/>: keys and values transposed.</summary>
    /// <param name="along">One a query: the product of the output and its gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(int queries, int keys, int width, float* q, int ldq, float* k, float* turned, float* turnedV, int ldt, int ldk,
        float* scratch, float* norms, float* along, float* doutput, int ldo, float* dq, int lddq, float* dk, float* dv, int lddk)
    {
        float* p = scratch, dp = scratch + (QueryTile * KeyTile);
        var scale = 1f / MathF.Sqrt(width);
        for (var i = 0; i < queries; i += QueryTile)
        {
            var m = Math.Min(QueryTile, queries - i);
            float* qi = q + ((nint)i * ldq), dout = doutput + ((nint)i * ldo);
            for (var j = 0; j < keys; j += KeyTile)
            {
                int n = Math.Min(KeyTile, keys - j), wide = (n + S.Lanes - 1) & -S.Lanes;
                Product<S, V>.Plain(m, wide, width, qi, ldq, turned + j, ldt, p, KeyTile, false);
                Product<S, V>.Plain(m, wide, width, dout, ldo, turnedV + j, ldt, dp, KeyTile, false);
                for (var r = 0; r < m; r++)
                    Slopes(wide, p + (r * KeyTile), dp + (r * KeyTile), scale, norms[i + r], along[i + r]);
                Product<S, V>.Plain(m, width, n, dp, KeyTile, k + ((nint)j * ldk), ldk, dq + ((nint)i * lddq), lddq, j > 0);
                Product<S, V>.Transposed(n, width, m, dp, KeyTile, qi, ldq, dk + ((nint)j * lddk), lddk, i > 0);
                Product<S, V>.Transposed(n, width, m, p, KeyTile, dout, ldo, dv + ((nint)j * lddk), lddk, i > 0);
            }
        }
    }

    /// <summary>x = e^(scale x - top) with the new top; returns what sums under the old top must be multiplied with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Exponents(int n, float* x, float scale, float* top, float* sum)
    {
        int whole = n & -S.Lanes, rest = n - whole;
        var most = S.Spread(Never);
        for (var j = 0; j < whole; j += S.Lanes)
            most = S.Max(most, S.Load(x + j));
        var highest = whole > 0 ? S.Largest(most) : Never;
        for (var j = whole; j < n; j++)
            highest = Math.Max(highest, x[j]);
        var next = Math.Max(*top, highest * scale);
        V factor = S.Spread(scale), shift = S.Spread(-next), total = default;
        for (var j = 0; j < whole; j += S.Lanes)
        {
            var e = VectorMath<S, V>.Exp(S.MulAdd(S.Load(x + j), factor, shift));
            S.Store(x + j, e);
            total = S.Add(total, e);
        }
        if (rest > 0)
        {
            S.StoreFirst(x + whole, VectorMath<S, V>.Exp(S.MulAdd(S.LoadFirst(x + whole, rest), factor, shift)), rest);
            total = S.Add(total, S.LoadFirst(x + whole, rest));
        }
        var before = MathF.Exp(*top - next);
        *sum = (*sum * before) + S.Sum(total);
        *top = next;
        return before;
    }

    /// <summary>p = e^(scale p - norm); dp = scale p (dp - along). Columns after the last key get rubbish that no product reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Slopes(int wide, float* p, float* dp, float scale, float norm, float along)
    {
        V factor = S.Spread(scale), shift = S.Spread(-norm), mean = S.Spread(along);
        for (var j = 0; j < wide; j += S.Lanes)
        {
            var e = VectorMath<S, V>.Exp(S.MulAdd(S.Load(p + j), factor, shift));
            S.Store(p + j, e);
            S.Store(dp + j, S.Mul(S.Mul(e, factor), S.Sub(S.Load(dp + j), mean)));
        }
    }
}
