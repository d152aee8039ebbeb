using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tocsin.Inference.Tensors;

/// <summary>Floats that never move and start on a cache line, with one line of slack behind them so that a whole vector may be
/// read at any index. Garbage collected: whoever passes <see cref="Pointer"/> on keeps the buffer reachable until the work is done.</summary>
public sealed unsafe class AlignedBuffer
{
    private const int Line = 64;

    private readonly byte[] _bytes;
    private readonly int _offset;

    /// <param name="length">Floats; all start as zero.</param>
    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _bytes = GC.AllocateArray<byte>(checked((length * sizeof(float)) + (2 * Line)), pinned: true);
        Length = length;
        var start = (nint)Unsafe.AsPointer(ref _bytes[0]);
        Pointer = (float*)((start + Line - 1) & ~(nint)(Line - 1));
        _offset = (int)((nint)Pointer - start);
    }

    public int Length { get; }

    public float* Pointer { get; }

    /// <summary>Unlike the pointer it keeps the memory.</summary>
    public Span<float> Span => MemoryMarshal.CreateSpan(ref Unsafe.As<byte, float>(ref _bytes[_offset]), Length);
}
