using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>Softmax along rows, in place; the columns from n to the row's end are set to zero.</summary>
internal static unsafe class SoftmaxKernels<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <summary>x = softmax(scale x) over the first <paramref name="n"/> columns of each row of <paramref name="ld"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(int rows, int n, int ld, float scale, float* x)
    {
        int whole = n & -S.Lanes, rest = n - whole;
        var factor = S.Spread(scale);
        Edge(rest, out var real, out var never);
        for (var r = 0; r < rows; r++, x += ld)
        {
            var top = rest > 0 ? S.Add(S.LoadFirst(x + whole, rest), never) : S.Load(x);
            for (var j = 0; j < whole; j += S.Lanes)
                top = S.Max(top, S.Load(x + j));
            var shift = S.Spread(S.Largest(top));
            V sum = default;
            for (var j = 0; j < whole; j += S.Lanes)
            {
                var e = VectorMath<S, V>.Exp(S.Mul(S.Sub(S.Load(x + j), shift), factor));
                S.Store(x + j, e);
                sum = S.Add(sum, e);
            }
            V last = default;
            if (rest > 0)
            {
                last = S.Mul(VectorMath<S, V>.Exp(S.Mul(S.Sub(S.LoadFirst(x + whole, rest), shift), factor)), real);
                sum = S.Add(sum, last);
            }
            var inverse = S.Spread(1f / S.Sum(sum));
            for (var j = 0; j < whole; j += S.Lanes)
                S.Store(x + j, S.Mul(S.Load(x + j), inverse));
            if (rest > 0)
                S.Store(x + whole, S.Mul(last, inverse));
            for (var j = (n + S.Lanes - 1) & -S.Lanes; j < ld; j += S.Lanes)
                S.Store(x + j, default);
        }
    }

    /// <summary>For the last, partial vector of a row: 1 in its lanes and 0 beyond; 0 in its lanes and far below any score beyond.</summary>
    private static void Edge(int rest, out V real, out V never)
    {
        var line = stackalloc float[S.Lanes];
        new Span<float>(line, S.Lanes).Fill(1);
        real = S.LoadFirst(line, rest);
        never = S.Mul(S.Sub(S.Spread(1), real), S.Spread(-1e30f));
    }

    /// <summary>dx = or += scale p (dp - sum(p dp)) over whole rows; where p is zero so is the result. dx may be dp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(int rows, int ld, float scale, float* p, float* dp, float* dx, bool accumulate)
    {
        var factor = S.Spread(scale);
        for (var r = 0; r < rows; r++, p += ld, dp += ld, dx += ld)
        {
            V sum = default;
            for (var j = 0; j < ld; j += S.Lanes)
                sum = S.MulAdd(S.Load(p + j), S.Load(dp + j), sum);
            var along = S.Spread(S.Sum(sum));
            for (var j = 0; j < ld; j += S.Lanes)
            {
                var v = S.Mul(S.Mul(S.Load(p + j), factor), S.Sub(S.Load(dp + j), along));
                S.Store(dx + j, accumulate ? S.Add(S.Load(dx + j), v) : v);
            }
        }
    }
}
