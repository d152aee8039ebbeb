using System.Collections.Concurrent;
using Tocsin.Inference.Tensors;
using Tocsin.Inference.Tensors.Kernels;

namespace Tocsin.Inference.Models;

/// <summary>Sines and cosines of a tick at wavelengths from 2 pi to 20,000 pi ticks (Vaswani et al. 2017, section 3.5; the sines first, then
/// the cosines). A tick is written in three digits of base 128, each with a table of its own, and the angles are added: sines of large
/// arguments are neither computed nor rounded.</summary>
internal sealed unsafe class PositionTable
{
    private const int Bits = 7;
    private const int Base = 1 << Bits;

    private static readonly ConcurrentDictionary<int, PositionTable> Tables = new();

    private readonly AlignedBuffer[] _sines = new AlignedBuffer[3], _cosines = new AlignedBuffer[3];
    private readonly int _sineCount, _cosineCount, _stride;

    private PositionTable(int width)
    {
        (_sineCount, _cosineCount) = ((width + 1) / 2, width / 2);
        _stride = Layout.Stride(_sineCount);
        for (var digit = 0; digit < 3; digit++)
        {
            (_sines[digit], _cosines[digit]) = (new AlignedBuffer(Base * _stride), new AlignedBuffer(Base * _stride));
            for (var i = 0; i < Base * _stride; i++)
            {
                var ticks = (double)(i / _stride) * (1 << (Bits * digit));
                var angle = ticks * Math.Pow(10000, -(i % _stride) / (double)_sineCount);
                (_sines[digit].Span[i], _cosines[digit].Span[i]) = ((float)Math.Sin(angle), (float)Math.Cos(angle));
            }
        }
    }

    /// <summary>Ticks beyond are taken for this one: 24 days at one frame a second.</summary>
    public const int Last = (1 << (3 * Bits)) - 1;

    public static PositionTable Of(int width) => Tables.GetOrAdd(width, w => new PositionTable(w));

    /// <summary>Writes the row of one tick, width floats, by way of 2 x <see cref="Room"/> floats of scratch.</summary>
    public void Write(KernelTable kernels, int tick, float* to, float* scratch)
    {
        tick = Math.Clamp(tick, 0, Last);
        int low = (tick & (Base - 1)) * _stride, middle = ((tick >> Bits) & (Base - 1)) * _stride, high = (tick >> (2 * Bits)) * _stride;
        float* sin = _sines[1].Pointer + middle, cos = _cosines[1].Pointer + middle;
        if (high > 0)
        {
            kernels.Turn(_stride, _stride, sin, cos, _sines[2].Pointer + high, _cosines[2].Pointer + high, scratch, scratch + _stride);
            sin = scratch;
            cos = scratch + _stride;
        }
        kernels.Turn(_sineCount, _cosineCount, sin, cos, _sines[0].Pointer + low, _cosines[0].Pointer + low, to, to + _sineCount);
    }

    public int Room => _stride;
}
