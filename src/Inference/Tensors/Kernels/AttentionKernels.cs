using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>Scaled dot-product attention (Vaswani et al. 2017, eq. 1) within one window and one head. q, k and v are the columns of one head in
/// rows <c>ld</c> apart; only tokens that are there are passed, so nothing has to be masked.</summary>
internal static unsafe class AttentionKernels<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <param name="queries">Rows of q and of the output; keys: rows of k and v.</param>
    /// <param name="p">Out: the attention, queries x <see cref="Stride"/>(keys).</param>
    /// <param name="turned">Scratch, width x Stride(keys).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(int queries, int keys, int width, float* q, int ldq, float* k, float* v, int ld, float* p, float* turned, float* output, int ldo)
    {
        var stride = Stride(keys);
        Transposition.Copy(k, ld, keys, width, turned, stride);
        Product<S, V>.Plain(queries, stride, width, q, ldq, turned, stride, p, stride, false);
        SoftmaxKernels<S, V>.Forward(queries, keys, stride, Scale(width), p);
        Product<S, V>.Plain(queries, width, keys, p, stride, v, ld, output, ldo, false);
    }

    /// <param name="turned">Scratch, width x Stride(n).</param>
    /// <param name="dp">Scratch, n x Stride(n).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(int n, int width, float* q, float* k, float* v, int ld, float* p, float* turned, float* dp,
        float* doutput, int ldo, float* dq, float* dk, float* dv, int ldd)
    {
        var stride = Stride(n);
        Transposition.Copy(v, ld, n, width, turned, stride);
        Product<S, V>.Plain(n, stride, width, doutput, ldo, turned, stride, dp, stride, false);
        SoftmaxKernels<S, V>.Backward(n, stride, Scale(width), p, dp, dp, false);
        Product<S, V>.Plain(n, width, n, dp, stride, k, ld, dq, ldd, false);
        Product<S, V>.Transposed(n, width, n, dp, stride, q, ld, dk, ldd, false);
        Product<S, V>.Transposed(n, width, n, p, stride, doutput, ldo, dv, ldd, false);
    }

    /// <summary>Rows of attention are whole vectors of the path.</summary>
    public static int Stride(int keys) => (keys + S.Lanes - 1) & -S.Lanes;

    private static float Scale(int width) => 1f / MathF.Sqrt(width);
}
