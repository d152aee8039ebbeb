using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>What a core can do at most on a path: twelve sums, more than the latency of a multiply-add times the units that do them, all in registers.</summary>
internal static class PeakLoop<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    private const int Sums = 12;

    private static float _sink;

    /// <returns>Floating-point operations: two a multiply-add and lane.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Run(int turns)
    {
        V x = S.Spread(1.0001f), y = S.Spread(0.5f);
        V s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x, s6 = x, s7 = x, s8 = x, s9 = x, s10 = x, s11 = x;
        for (var t = 0; t < turns; t++)
        {
            s0 = S.MulAdd(s0, y, x);
            s1 = S.MulAdd(s1, y, x);
            s2 = S.MulAdd(s2, y, x);
            s3 = S.MulAdd(s3, y, x);
            s4 = S.MulAdd(s4, y, x);
            s5 = S.MulAdd(s5, y, x);
            s6 = S.MulAdd(s6, y, x);
            s7 = S.MulAdd(s7, y, x);
            s8 = S.MulAdd(s8, y, x);
            s9 = S.MulAdd(s9, y, x);
            s10 = S.MulAdd(s10, y, x);
            s11 = S.MulAdd(s11, y, x);
        }
        s0 = S.Add(s0, s1);
        s0 = S.Add(s0, s2);
        s0 = S.Add(s0, s3);
        s0 = S.Add(s0, s4);
        s0 = S.Add(s0, s5);
        s0 = S.Add(s0, s6);
        s0 = S.Add(s0, s7);
        s0 = S.Add(s0, s8);
        s0 = S.Add(s0, s9);
        s0 = S.Add(s0, s10);
        s0 = S.Add(s0, s11);
        _sink = S.Sum(s0);
        return 2.0 * Sums * S.Lanes * turns;
    }
}
