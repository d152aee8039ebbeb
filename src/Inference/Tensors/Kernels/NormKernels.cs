using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>Layer normalisation of rows (Ba, Kiros and Hinton 2016, eq. 4): y = gain (x - mean) / sqrt(variance + 1e-5) + bias.
/// Gain and bias, and their gradients, are padded with zeros to whole units.</summary>
internal static unsafe class NormKernels<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    private const float Epsilon = 1e-5f;

    /// <param name="unit">Where not null, gets (x - mean) * <paramref name="scale"/>, for the way back.</param>
    /// <param name="scale">One a row: 1 / sqrt(variance + epsilon); may be null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(int rows, int n, int ld, float* x, float* gain, float* bias, float* y, float* unit, float* scale)
    {
        int whole = n & -S.Lanes, rest = n - whole, end = (n + S.Lanes - 1) & -S.Lanes;
        var inverse = 1f / n;
        var real = Part(rest);
        for (var r = 0; r < rows; r++, x += ld, y += ld)
        {
            V sum = default;
            for (var j = 0; j < end; j += S.Lanes)
                sum = S.Add(sum, S.Load(x + j));
            var mean = S.Spread(S.Sum(sum) * inverse);
            V squares = default;
            for (var j = 0; j < whole; j += S.Lanes)
            {
                var d = S.Sub(S.Load(x + j), mean);
                squares = S.MulAdd(d, d, squares);
            }
            if (rest > 0)
            {
                var d = S.Mul(S.Sub(S.Load(x + whole), mean), real);
                squares = S.MulAdd(d, d, squares);
            }
            var factor = 1f / MathF.Sqrt((S.Sum(squares) * inverse) + Epsilon);
            var spread = S.Spread(factor);
            if (scale != null)
                scale[r] = factor;
            for (var j = 0; j < ld; j += S.Lanes)
            {
                V u = default, g = default, b = default;
                if (j < end)
                {
                    u = S.Mul(S.Sub(S.Load(x + j), mean), spread);
                    if (j == whole)
                        u = S.Mul(u, real);
                    g = S.Load(gain + j);
                    b = S.Load(bias + j);
                }
                S.Store(y + j, S.MulAdd(u, g, b));
                if (unit != null)
                    S.Store(unit + j, u);
            }
            if (unit != null)
                unit += ld;
        }
    }

    /// <summary>dx = or += scale (d - mean(d) - unit mean(d unit)) with d = gain dy; the gradients of gain and bias are added to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(int rows, int n, int ld, float* unit, float* scale, float* gain, float* dy, float* dx, bool accumulate, float* dgain, float* dbias)
    {
        int whole = n & -S.Lanes, rest = n - whole, end = (n + S.Lanes - 1) & -S.Lanes;
        var inverse = 1f / n;
        var real = Part(rest);
        for (var r = 0; r < rows; r++, unit += ld, dy += ld, dx += ld)
        {
            V sum = default, along = default;
            for (var j = 0; j < end; j += S.Lanes)
            {
                V u = S.Load(unit + j), slope = S.Load(dy + j);
                var d = S.Mul(slope, S.Load(gain + j));
                sum = S.Add(sum, d);
                along = S.MulAdd(d, u, along);
                S.Store(dgain + j, S.MulAdd(slope, u, S.Load(dgain + j)));
                S.Store(dbias + j, S.Add(slope, S.Load(dbias + j)));
            }
            V mean = S.Spread(S.Sum(sum) * inverse), part = S.Spread(S.Sum(along) * inverse), factor = S.Spread(scale[r]);
            for (var j = 0; j < ld; j += S.Lanes)
            {
                V v = default;
                if (j < end)
                {
                    var d = S.Mul(S.Load(dy + j), S.Load(gain + j));
                    v = S.Mul(factor, S.Sub(S.Sub(d, mean), S.Mul(S.Load(unit + j), part)));
                    if (j == whole)
                        v = S.Mul(v, real);
                }
                S.Store(dx + j, accumulate ? S.Add(S.Load(dx + j), v) : v);
            }
        }
    }

    /// <summary>1 in the lanes of the row's last, partial vector.</summary>
    private static V Part(int rest)
    {
        var ones = stackalloc float[Layout.Unit];
        new Span<float>(ones, Layout.Unit).Fill(1);
        return S.LoadFirst(ones, rest);
    }
}
