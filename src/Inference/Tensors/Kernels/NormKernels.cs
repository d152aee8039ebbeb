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
            V sum = default, odd = default;
            var j = 0;
            for (; j + S.Lanes < end; j += 2 * S.Lanes)
            {
                sum = S.Add(sum, S.Load(x + j));
                odd = S.Add(odd, S.Load(x + j + S.Lanes));
            }
            if (j < end)
                sum = S.Add(sum, S.Load(x + j));
            var mean = S.Spread(S.Sum(S.Add(sum, odd)) * inverse);
            V squares = default;
            odd = default;
            for (j = 0; j + S.Lanes < whole; j += 2 * S.Lanes)
            {
                V d = S.Sub(S.Load(x + j), mean), e = S.Sub(S.Load(x + j + S.Lanes), mean);
                squares = S.MulAdd(d, d, squares);
                odd = S.MulAdd(e, e, odd);
            }
            if (j < whole)
            {
                var d = S.Sub(S.Load(x + j), mean);
                squares = S.MulAdd(d, d, squares);
            }
            if (rest > 0)
            {
                var d = S.Mul(S.Sub(S.Load(x + whole), mean), real);
                odd = S.MulAdd(d, d, odd);
            }
            squares = S.Add(squares, odd);
            var factor = 1f / MathF.Sqrt((S.Sum(squares) * inverse) + Epsilon);
            var spread = S.Spread(factor);
            if (scale != null)
                scale[r] = factor;
            for (j = 0; j < end; j += S.Lanes)
            {
                var u = S.Mul(S.Sub(S.Load(x + j), mean), spread);
                if (j == whole)
                    u = S.Mul(u, real);
                S.Store(y + j, S.MulAdd(u, S.Load(gain + j), S.Load(bias + j)));
                if (unit != null)
                    S.Store(unit + j, u);
            }
            for (; j < ld; j += S.Lanes)
            {
                S.Store(y + j, default);
                if (unit != null)
                    S.Store(unit + j, default);
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
