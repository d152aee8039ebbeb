using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tocsin.Inference.Tensors.Kernels;

/// <summary>Moves only, no arithmetic: the same on every path.</summary>
internal static unsafe class Transposition
{
    /// <summary>to[j*ldt + i] = from[i*ldf + j] for i below rows and j below columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* from, int ldf, int rows, int columns, float* to, int ldt)
    {
        int wholeRows = Sse.IsSupported ? rows & ~3 : 0, wholeColumns = columns & ~3;
        for (var i = 0; i < wholeRows; i += 4)
        {
            for (var j = 0; j < wholeColumns; j += 4)
                Block(from + ((nint)i * ldf) + j, ldf, to + ((nint)j * ldt) + i, ldt);
            Elements(from + ((nint)i * ldf), ldf, 4, wholeColumns, columns, to + i, ldt);
        }
        if (wholeRows < rows)
            Elements(from + ((nint)wholeRows * ldf), ldf, rows - wholeRows, 0, columns, to + wholeRows, ldt);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(float* from, nint ldf, float* to, nint ldt)
    {
        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + ldf), c = Vector128.Load(from + (2 * ldf)), d = Vector128.Load(from + (3 * ldf));
        Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d), ef = Sse.UnpackHigh(a, b), gh = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(ab, cd).Store(to);
        Sse.MoveHighToLow(cd, ab).Store(to + ldt);
        Sse.MoveLowToHigh(ef, gh).Store(to + (2 * ldt));
        Sse.MoveHighToLow(gh, ef).Store(to + (3 * ldt));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Elements(float* from, nint ldf, int rows, int first, int columns, float* to, nint ldt)
    {
        for (var j = first; j < columns; j++)
        {
            for (var i = 0; i < rows; i++)
                to[(j * ldt) + i] = from[(i * ldf) + j];
        }
    }
}
