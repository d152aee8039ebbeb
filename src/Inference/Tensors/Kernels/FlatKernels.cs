using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>Element by element over arrays that are whole units long or readable and writable up to one.</summary>
internal static unsafe class FlatKernels<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <summary>y += x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(int n, float* x, float* y)
    {
        for (var i = 0; i < n; i += S.Lanes)
            S.Store(y + i, S.Add(S.Load(y + i), S.Load(x + i)));
    }

    /// <summary>y = or += a x; exactly <paramref name="n"/> floats are written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scaled(int n, float a, float* x, float* y, bool accumulate)
    {
        var factor = S.Spread(a);
        for (var i = 0; i < n; i += S.Lanes)
        {
            var rest = Math.Min(S.Lanes, n - i);
            var before = accumulate ? S.LoadFirst(y + i, rest) : default;
            S.StoreFirst(y + i, S.MulAdd(factor, S.LoadFirst(x + i, rest), before), rest);
        }
    }

    /// <summary>z = or += x y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Times(int n, float* x, float* y, float* z, bool accumulate)
    {
        for (var i = 0; i < n; i += S.Lanes)
            S.Store(z + i, S.MulAdd(S.Load(x + i), S.Load(y + i), accumulate ? S.Load(z + i) : default));
    }

    /// <summary>Sine and cosine of a + b from those of a and of b; exactly <paramref name="sines"/> and <paramref name="cosines"/> floats are written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(int sines, int cosines, float* sinA, float* cosA, float* sinB, float* cosB, float* sin, float* cos)
    {
        for (var i = 0; i < sines; i += S.Lanes)
        {
            V sa = S.Load(sinA + i), ca = S.Load(cosA + i), sb = S.Load(sinB + i), cb = S.Load(cosB + i);
            V s = S.MulAdd(sa, cb, S.Mul(ca, sb)), c = S.Sub(S.Mul(ca, cb), S.Mul(sa, sb));
            S.StoreFirst(sin + i, s, Math.Min(S.Lanes, sines - i));
            S.StoreFirst(cos + i, c, Math.Clamp(cosines - i, 0, S.Lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(int n, float* x)
    {
        V sum = default;
        for (var i = 0; i < n; i += S.Lanes)
            sum = S.Add(sum, S.LoadFirst(x + i, Math.Min(S.Lanes, n - i)));
        return S.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(int n, float* x, float* y)
    {
        V sum = default;
        for (var i = 0; i < n; i += S.Lanes)
        {
            var rest = Math.Min(S.Lanes, n - i);
            sum = S.MulAdd(S.LoadFirst(x + i, rest), S.LoadFirst(y + i, rest), sum);
        }
        return S.Sum(sum);
    }

    /// <summary>y = GELU(x) and slope = its derivative; slope may be null, y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(int n, float* x, float* y, float* slope)
    {
        for (var i = 0; i < n; i += S.Lanes)
        {
            S.Store(y + i, VectorMath<S, V>.Gelu(S.Load(x + i), out var derivative));
            if (slope != null)
                S.Store(slope + i, derivative);
        }
    }

    /// <summary>sums (n) = or += the sums of the columns of x (rows x n, <paramref name="ldx"/> apart), written in whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ColumnSums(int rows, int n, float* x, int ldx, float* sums, bool accumulate)
    {
        for (var j = 0; j < n; j += S.Lanes)
        {
            V even = default, odd = default;
            var at = x + j;
            var r = 0;
            for (; r + 1 < rows; r += 2, at += 2 * (nint)ldx)
            {
                even = S.Add(even, S.Load(at));
                odd = S.Add(odd, S.Load(at + ldx));
            }
            if (r < rows)
                even = S.Add(even, S.Load(at));
            even = S.Add(even, odd);
            S.Store(sums + j, accumulate ? S.Add(even, S.Load(sums + j)) : even);
        }
    }
}
