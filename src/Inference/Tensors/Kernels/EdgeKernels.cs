using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>The score of one edge: w . LeakyReLU(a + b + offset + amount * slope) (Brody, Alon and Yahav 2022, eq. 7; FT-MoE S2). Arrays are whole units long.</summary>
internal static unsafe class EdgeKernels<S, V>
    where S : struct, ISimd<V>
    where V : struct
{
    /// <summary>Of LeakyReLU below zero.</summary>
    private const float Leak = 0.2f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Score(int n, float* a, float* b, float* offset, float* slope, float amount, float* w)
    {
        V leak = S.Spread(Leak), much = S.Spread(amount), sum = default;
        for (var i = 0; i < n; i += S.Lanes)
        {
            var z = S.Add(S.Add(S.Load(a + i), S.Load(b + i)), S.MulAdd(much, S.Load(slope + i), S.Load(offset + i)));
            sum = S.MulAdd(S.Load(w + i), S.Max(z, S.Mul(z, leak)), sum);
        }
        return S.Sum(sum);
    }

    /// <summary>Adds to all gradients what follows from <paramref name="ds"/>, the score's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Back(int n, float* a, float* b, float* offset, float* slope, float amount, float* w, float ds,
        float* da, float* db, float* doffset, float* dslope, float* dw)
    {
        V leak = S.Spread(Leak), much = S.Spread(amount), error = S.Spread(ds);
        for (var i = 0; i < n; i += S.Lanes)
        {
            var z = S.Add(S.Add(S.Load(a + i), S.Load(b + i)), S.MulAdd(much, S.Load(slope + i), S.Load(offset + i)));
            // 1 above zero, 0 below: no path has a comparison, all have the multiplication that saturates.
            var above = S.Min(S.Max(S.Mul(z, S.Spread(1e30f)), default), S.Spread(1f));
            var dz = S.Mul(S.Mul(error, S.Load(w + i)), S.MulAdd(above, S.Spread(1 - Leak), leak));
            S.Store(da + i, S.Add(S.Load(da + i), dz));
            S.Store(db + i, S.Add(S.Load(db + i), dz));
            S.Store(doffset + i, S.Add(S.Load(doffset + i), dz));
            S.Store(dslope + i, S.MulAdd(dz, much, S.Load(dslope + i)));
            S.Store(dw + i, S.MulAdd(error, S.Max(z, S.Mul(z, leak)), S.Load(dw + i)));
        }
    }

    /// <summary>y = or += share (t gain + amount message).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Carry(int n, float share, float* t, float* gain, float amount, float* message, float* y, bool accumulate)
    {
        V factor = S.Spread(share), much = S.Spread(amount);
        for (var i = 0; i < n; i += S.Lanes)
        {
            var carried = S.MulAdd(S.Load(t + i), S.Load(gain + i), S.Mul(much, S.Load(message + i)));
            S.Store(y + i, S.MulAdd(factor, carried, accumulate ? S.Load(y + i) : default));
        }
    }

    /// <summary>Adds to the gradients of what <see cref="Carry"/> carried.</summary>
    /// <returns>The gradient of the share.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float CarryBack(int n, float share, float* t, float* gain, float amount, float* message, float* dy, float* dt, float* dgain, float* dmessage)
    {
        V factor = S.Spread(share), much = S.Spread(amount), sum = default;
        for (var i = 0; i < n; i += S.Lanes)
        {
            V d = S.Load(dy + i), shared = S.Mul(factor, d);
            sum = S.MulAdd(d, S.MulAdd(S.Load(t + i), S.Load(gain + i), S.Mul(much, S.Load(message + i))), sum);
            S.Store(dt + i, S.MulAdd(shared, S.Load(gain + i), S.Load(dt + i)));
            S.Store(dgain + i, S.MulAdd(shared, S.Load(t + i), S.Load(dgain + i)));
            S.Store(dmessage + i, S.MulAdd(shared, much, S.Load(dmessage + i)));
        }
        return S.Sum(sum);
    }
}
