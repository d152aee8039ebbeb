using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>Functions by polynomial, the same operations in the same order on each path.</summary>
internal static class VectorMath<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <summary>Adding and subtracting it rounds a float below 2^22 in size to a whole number.</summary>
    private const float Rounder = 12582912f;

    /// <summary>e^x, relative error at most 4e-7; x is clamped to -87..88 first. With n = round(x / ln 2) and r = x - n ln 2 (ln 2 in two
    /// parts): 2^n (1 + r + r^2 q(r)), q the least-maximum fit of degree 4 over |r| at most ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x)
    {
        x = S.Min(S.Max(x, S.Spread(-87f)), S.Spread(88f));
        var n = S.Sub(S.MulAdd(x, S.Spread(1.44269504f), S.Spread(Rounder)), S.Spread(Rounder));
        var r = S.MulAdd(n, S.Spread(-0.693359375f), x);
        r = S.MulAdd(n, S.Spread(2.12194440e-4f), r);
        var q = S.MulAdd(S.Spread(Q4), r, S.Spread(Q3));
        q = S.MulAdd(q, r, S.Spread(Q2));
        q = S.MulAdd(q, r, S.Spread(Q1));
        q = S.MulAdd(q, r, S.Spread(Q0));
        var y = S.Add(S.MulAdd(q, S.Mul(r, r), r), S.Spread(1f));
        return S.Mul(y, S.Pow2(n));
    }

    private const float Q0 = 0.49999993f, Q1 = 0.1666652f, Q2 = 0.04166839f, Q3 = 0.008368745f, Q4 = 0.001381454f;

    /// <summary>0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), and its derivative; written as x s with s = 1 / (1 + e^-2u).
    /// Absolute error at most 1e-6 for |x| at most 10.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gelu(V x, out V slope)
    {
        const float a = 0.7978845608f, b = 0.044715f;
        var square = S.Mul(x, x);
        var u = S.Mul(S.Mul(x, S.Spread(2 * a)), S.MulAdd(square, S.Spread(b), S.Spread(1f)));
        var s = S.Div(S.Spread(1f), S.Add(S.Spread(1f), Exp(S.Sub(default, u))));
        var y = S.Mul(x, s);
        var inner = S.MulAdd(square, S.Spread(6 * a * b), S.Spread(2 * a));
        slope = S.MulAdd(S.Mul(y, S.Sub(S.Spread(1f), s)), inner, s);
        return y;
    }
}
