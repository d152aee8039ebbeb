using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Tocsin.Inference.Features;

/// <summary>
/// Growable scratch on a 64-byte border (a vector that straddles two cache lines costs two loads). What it held is
/// lost when it grows.
/// </summary>
internal sealed class LaneBuffer
{
    private const int LaneBytes = 64;

    private double[] _memory = [];
    private int _first;
    private int _capacity;

    public Span<Lanes> Take(int count)
    {
        if (count > _capacity)
            Grow(count);
        return MemoryMarshal.CreateSpan(ref Unsafe.As<double, Lanes>(ref _memory[_first]), count);
    }

    private void Grow(int count)
    {
        const int lanes = LaneBytes / sizeof(double);
        _capacity = Math.Max(count, 2 * _capacity);
        _memory = GC.AllocateArray<double>((_capacity + 1) * lanes, pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _first = (int)((LaneBytes - address % LaneBytes) % LaneBytes) / sizeof(double);
    }
}
