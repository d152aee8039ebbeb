using System.Runtime.CompilerServices;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>One tile of a matrix product, held in registers: <typeparamref name="R"/> rows by <typeparamref name="C"/> vectors (1 or 2).
/// <typeparamref name="T"/> is 0 for a row-major left side (its rows are <c>lda</c> apart) and 1 for a transposed one (its depth is <c>lda</c> apart).
/// Rows are written out because an array of vectors would live in memory; rows beyond <typeparamref name="R"/> compile to nothing.
/// Fourteen rows by two AVX-512 vectors are 28 sums, one broadcast and two loads: 31 of 32 registers. Six by two are 15 of 16.</summary>
internal static unsafe class Tile<S, V, R, C, T>
    where S : struct, ISimd<V>
    where V : struct
    where R : struct, INumber
    where C : struct, INumber
    where T : struct, INumber
{
    /// <param name="depth">Number of products in each sum, 1 or more.</param>
    /// <param name="bias">Added to each row where not null; readable over the tile's whole vectors.</param>
    /// <param name="last">Columns of the last vector that are stored, 1..Lanes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int depth, float* a, nint lda, float* b, nint ldb, float* c, nint ldc, float* bias, bool accumulate, int last)
    {
        nint s1 = T.Value == 1 ? 1 : lda, s2 = 2 * s1, s3 = 3 * s1, s4 = 4 * s1, s5 = 5 * s1, s6 = 6 * s1;
        nint step = T.Value == 1 ? lda : 1;
        float* p = a, q = a + (7 * s1);
        V x0 = default, y0 = default;
        V x1 = default, y1 = default;
        V x2 = default, y2 = default;
        V x3 = default, y3 = default;
        V x4 = default, y4 = default;
        V x5 = default, y5 = default;
        V x6 = default, y6 = default;
        V x7 = default, y7 = default;
        V x8 = default, y8 = default;
        V x9 = default, y9 = default;
        V x10 = default, y10 = default;
        V x11 = default, y11 = default;
        V x12 = default, y12 = default;
        V x13 = default, y13 = default;
        for (var k = depth; k > 0; k--)
        {
            V u = S.Load(b), v = C.Value == 2 ? S.Load(b + S.Lanes) : default, t;
            b += ldb;
            if (R.Value > 0)
            {
                t = S.Spread(*p);
                x0 = S.MulAdd(t, u, x0);
                if (C.Value == 2)
                    y0 = S.MulAdd(t, v, y0);
            }
            if (R.Value > 1)
            {
                t = S.Spread(*(p + s1));
                x1 = S.MulAdd(t, u, x1);
                if (C.Value == 2)
                    y1 = S.MulAdd(t, v, y1);
            }
            if (R.Value > 2)
            {
                t = S.Spread(*(p + s2));
                x2 = S.MulAdd(t, u, x2);
                if (C.Value == 2)
                    y2 = S.MulAdd(t, v, y2);
            }
            if (R.Value > 3)
            {
                t = S.Spread(*(p + s3));
                x3 = S.MulAdd(t, u, x3);
                if (C.Value == 2)
                    y3 = S.MulAdd(t, v, y3);
            }
            if (R.Value > 4)
            {
                t = S.Spread(*(p + s4));
                x4 = S.MulAdd(t, u, x4);
                if (C.Value == 2)
                    y4 = S.MulAdd(t, v, y4);
            }
            if (R.Value > 5)
            {
                t = S.Spread(*(p + s5));
                x5 = S.MulAdd(t, u, x5);
                if (C.Value == 2)
                    y5 = S.MulAdd(t, v, y5);
            }
            if (R.Value > 6)
            {
                t = S.Spread(*(p + s6));
                x6 = S.MulAdd(t, u, x6);
                if (C.Value == 2)
                    y6 = S.MulAdd(t, v, y6);
            }
            if (R.Value > 7)
            {
                t = S.Spread(*q);
                x7 = S.MulAdd(t, u, x7);
                if (C.Value == 2)
                    y7 = S.MulAdd(t, v, y7);
            }
            if (R.Value > 8)
            {
                t = S.Spread(*(q + s1));
                x8 = S.MulAdd(t, u, x8);
                if (C.Value == 2)
                    y8 = S.MulAdd(t, v, y8);
            }
            if (R.Value > 9)
            {
                t = S.Spread(*(q + s2));
                x9 = S.MulAdd(t, u, x9);
                if (C.Value == 2)
                    y9 = S.MulAdd(t, v, y9);
            }
            if (R.Value > 10)
            {
                t = S.Spread(*(q + s3));
                x10 = S.MulAdd(t, u, x10);
                if (C.Value == 2)
                    y10 = S.MulAdd(t, v, y10);
            }
            if (R.Value > 11)
            {
                t = S.Spread(*(q + s4));
                x11 = S.MulAdd(t, u, x11);
                if (C.Value == 2)
                    y11 = S.MulAdd(t, v, y11);
            }
            if (R.Value > 12)
            {
                t = S.Spread(*(q + s5));
                x12 = S.MulAdd(t, u, x12);
                if (C.Value == 2)
                    y12 = S.MulAdd(t, v, y12);
            }
            if (R.Value > 13)
            {
                t = S.Spread(*(q + s6));
                x13 = S.MulAdd(t, u, x13);
                if (C.Value == 2)
                    y13 = S.MulAdd(t, v, y13);
            }
            p += step;
            q += step;
        }
        V d = default, e = default;
        if (bias != null)
        {
            d = S.Load(bias);
            if (C.Value == 2)
                e = S.Load(bias + S.Lanes);
        }
        if (R.Value > 0)
            Put(c, x0, y0, d, e, accumulate, last);
        if (R.Value > 1)
            Put(c + ldc, x1, y1, d, e, accumulate, last);
        if (R.Value > 2)
            Put(c + (2 * ldc), x2, y2, d, e, accumulate, last);
        if (R.Value > 3)
            Put(c + (3 * ldc), x3, y3, d, e, accumulate, last);
        if (R.Value > 4)
            Put(c + (4 * ldc), x4, y4, d, e, accumulate, last);
        if (R.Value > 5)
            Put(c + (5 * ldc), x5, y5, d, e, accumulate, last);
        if (R.Value > 6)
            Put(c + (6 * ldc), x6, y6, d, e, accumulate, last);
        if (R.Value > 7)
            Put(c + (7 * ldc), x7, y7, d, e, accumulate, last);
        if (R.Value > 8)
            Put(c + (8 * ldc), x8, y8, d, e, accumulate, last);
        if (R.Value > 9)
            Put(c + (9 * ldc), x9, y9, d, e, accumulate, last);
        if (R.Value > 10)
            Put(c + (10 * ldc), x10, y10, d, e, accumulate, last);
        if (R.Value > 11)
            Put(c + (11 * ldc), x11, y11, d, e, accumulate, last);
        if (R.Value > 12)
            Put(c + (12 * ldc), x12, y12, d, e, accumulate, last);
        if (R.Value > 13)
            Put(c + (13 * ldc), x13, y13, d, e, accumulate, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, V x, V y, V d, V e, bool accumulate, int last)
    {
        x = S.Add(x, d);
        y = S.Add(y, e);
        if (C.Value == 2)
        {
            S.Store(c, accumulate ? S.Add(S.Load(c), x) : x);
            PutLast(c + S.Lanes, y, accumulate, last);
        }
        else
        {
            PutLast(c, x, accumulate, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutLast(float* c, V x, bool accumulate, int last)
    {
        if (last == S.Lanes)
            S.Store(c, accumulate ? S.Add(S.Load(c), x) : x);
        else
            S.StoreFirst(c, accumulate ? S.Add(S.LoadFirst(c, last), x) : x, last);
    }
}
