using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>A gated recurrent unit's step (Cho et al. 2014, in the form of cuDNN) for serving: r, z = sigmoid(x + u), n = tanh(x + r u), h = n + z (h - n).</summary>
internal static unsafe class GateKernels<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <param name="width">Whole units.</param>
    /// <param name="x">rows x 3 width in the order r, z, n; so is u.</param>
    /// <param name="h">rows x width, in place.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(int rows, int width, float* x, float* u, float* h)
    {
        V one = S.Spread(1f), two = S.Spread(2f);
        for (var i = 0; i < rows; i++, x += 3 * width, u += 3 * width, h += width)
        {
            for (var j = 0; j < width; j += S.Lanes)
            {
                var r = Sigmoid(S.Add(S.Load(x + j), S.Load(u + j)));
                var z = Sigmoid(S.Add(S.Load(x + width + j), S.Load(u + width + j)));
                var inner = S.MulAdd(r, S.Load(u + (2 * width) + j), S.Load(x + (2 * width) + j));
                var n = S.Sub(S.Mul(two, Sigmoid(S.Mul(two, inner))), one);
                S.Store(h + j, S.MulAdd(z, S.Sub(S.Load(h + j), n), n));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Sigmoid(V x) => S.Div(S.Spread(1f), S.Add(S.Spread(1f), VectorMath<S, V>.Exp(S.Sub(default, x))));
}
