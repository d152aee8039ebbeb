using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>The weighted squared error of one row over the entries that count, and its slope.</summary>
internal static unsafe class LossKernels<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <summary>Returns sum of counts * weights * (x - target)^2; slope = 2 * factor * counts * weights * (x - target), zero up to <paramref name="ld"/>.</summary>
    /// <param name="counts">1 where the entry counts, 0 elsewhere; there a target may be anything but not NaN.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Row(int n, int ld, float* x, float* target, float* counts, float* weights, float factor, float* slope)
    {
        V sum = default;
        var twice = S.Spread(2 * factor);
        for (var j = 0; j < ld; j += S.Lanes)
        {
            V s = default;
            if (j < n)
            {
                var rest = Math.Min(S.Lanes, n - j);
                var error = S.Sub(S.Load(x + j), S.LoadFirst(target + j, rest));
                var weighted = S.Mul(S.Mul(S.LoadFirst(counts + j, rest), S.LoadFirst(weights + j, rest)), error);
                sum = S.MulAdd(weighted, error, sum);
                s = S.Mul(weighted, twice);
            }
            if (slope != null)
                S.Store(slope + j, s);
        }
        return S.Sum(sum);
    }

    /// <summary>One row of model input: the values, zero where hidden, and behind them the mask; zero up to <paramref name="ld"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Hide(int n, int ld, float* values, float* hidden, float* to)
    {
        for (var j = 2 * n; j < ld; j++)
            to[j] = 0;
        for (var j = 0; j < n; j += S.Lanes)
        {
            var rest = Math.Min(S.Lanes, n - j);
            var mask = S.LoadFirst(hidden + j, rest);
            S.StoreFirst(to + j, S.WhereZero(mask, S.LoadFirst(values + j, rest)), rest);
            S.StoreFirst(to + n + j, mask, rest);
        }
    }
}
