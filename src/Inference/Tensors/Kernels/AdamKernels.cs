using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>One step of AdamW (Loshchilov and Hutter 2019, algorithm 2) over a range that is whole units long.</summary>
internal static unsafe class AdamKernels<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <param name="rate">Learning rate over (1 - beta1^t).</param>
    /// <param name="second">1 / (1 - beta2^t).</param>
    /// <param name="decay">1 - learning rate * weight decay.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(int n, float* w, float* g, float* m, float* v, float gradientScale, float beta1, float beta2, float rate, float second, float epsilon, float decay)
    {
        V gs = S.Spread(gradientScale), b1 = S.Spread(beta1), c1 = S.Spread(1 - beta1), b2 = S.Spread(beta2), c2 = S.Spread(1 - beta2);
        V step = S.Spread(-rate), corrected = S.Spread(second), tiny = S.Spread(epsilon), shrink = S.Spread(decay);
        for (var i = 0; i < n; i += S.Lanes)
        {
            var d = S.Mul(S.Load(g + i), gs);
            var first = S.MulAdd(b1, S.Load(m + i), S.Mul(c1, d));
            var square = S.MulAdd(b2, S.Load(v + i), S.Mul(c2, S.Mul(d, d)));
            S.Store(m + i, first);
            S.Store(v + i, square);
            var size = S.Add(S.Sqrt(S.Mul(square, corrected)), tiny);
            S.Store(w + i, S.MulAdd(S.Div(first, size), step, S.Mul(S.Load(w + i), shrink)));
        }
    }
}
