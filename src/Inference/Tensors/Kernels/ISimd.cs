namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>The vector instructions that a kernel is written against, once for all paths: <typeparamref name="V"/> holds
/// <see cref="Lanes"/> floats. Implementations are empty structs, so that the compiler makes one body a path with no calls left.</summary>
internal unsafe interface ISimd<V>
    where V : struct
{
    static abstract int Lanes { get; }

    static abstract V Load(float* from);

    /// <summary>The first <paramref name="count"/> floats (0..Lanes) and zeros after them; memory beyond is not read.</summary>
    static abstract V LoadFirst(float* from, int count);

    static abstract void Store(float* to, V value);

    /// <summary>Memory beyond the first <paramref name="count"/> floats (0..Lanes) is not written.</summary>
    static abstract void StoreFirst(float* to, V value, int count);

    static abstract V Spread(float value);

    static abstract V Add(V a, V b);

    static abstract V Sub(V a, V b);

    static abstract V Mul(V a, V b);

    static abstract V Div(V a, V b);

    /// <summary>a*b + c; rounded once on the paths with fused multiply-add, twice on the portable one.</summary>
    static abstract V MulAdd(V a, V b, V c);

    static abstract V Max(V a, V b);

    static abstract V Min(V a, V b);

    static abstract V Sqrt(V a);

    /// <summary>2^n for whole n in -126..127.</summary>
    static abstract V Pow2(V n);

    /// <summary><paramref name="value"/> where <paramref name="test"/> is 0, else 0, even for a value that is not a number.</summary>
    static abstract V WhereZero(V test, V value);

    static abstract float Sum(V a);

    static abstract float Largest(V a);
}
