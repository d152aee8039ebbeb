using System.Buffers.Binary;

namespace Tocsin.Actors.Nodes.Records;

/// <summary>Samples' values in few bytes, to the bit: most are whole numbers, or have few decimals.</summary>
/// <remarks>A value: a varint whose lowest 3 bits are the scale (0..4 = 1, 100, 1000, 1e6, 1e9) and the rest the zigzag of value x scale; or the byte 7 and the
/// 8 bytes of the double, little-endian.</remarks>
internal static class ValueBytes
{
    /// <summary>Of one value.</summary>
    public const int Most = 10;

    private const int AsItStands = 7;

    /// <summary>Beyond it the varint would be longer than the double.</summary>
    private const long Largest = 1L << 49;

    private static readonly double[] Scales = [1, 100, 1000, 1e6, 1e9];

    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, double value)
    {
        // Most are whole. Minus 0 is not: it would come back as 0.
        var round = (long)value;
        if (round == value && round is > -Largest and < Largest && (round != 0 || BitConverter.DoubleToInt64Bits(value) == 0))
            return Write(to, (ulong)((round << 1) ^ (round >> 63)) << 3);
        for (var s = 1; s < Scales.Length; s++)
        {
            var whole = Math.Round(value * Scales[s]);
            if (!(Math.Abs(whole) < Largest))
                break;
            if (BitConverter.DoubleToInt64Bits((long)whole / Scales[s]) == BitConverter.DoubleToInt64Bits(value))
                return Write(to, ((ulong)(((long)whole << 1) ^ ((long)whole >> 63)) << 3) | (uint)s);
        }
        to[0] = AsItStands;
        BinaryPrimitives.WriteDoubleLittleEndian(to[1..], value);
        return 9;
    }

    /// <summary>Reads the next value and moves behind it; false where the bytes are not one.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> from, out double value)
    {
        value = 0;
        if (from.Length > 0 && from[0] == AsItStands)
        {
            if (from.Length < 9)
                return false;
            value = BinaryPrimitives.ReadDoubleLittleEndian(from[1..]);
            from = from[9..];
            return true;
        }
        ulong bits = 0;
        for (var i = 0; i < from.Length && i < Most; i++)
        {
            bits |= (ulong)(from[i] & 0x7f) << (7 * i);
            if (from[i] >= 0x80)
                continue;
            var scale = (int)(bits & 7);
            if (scale >= Scales.Length)
                return false;
            var zigzag = bits >> 3;
            value = ((long)(zigzag >> 1) ^ -(long)(zigzag & 1)) / Scales[scale];
            from = from[(i + 1)..];
            return true;
        }
        return false;
    }

    private static int Write(Span<byte> to, ulong bits)
    {
        var length = 0;
        for (; bits >= 0x80; bits >>= 7)
            to[length++] = (byte)(bits | 0x80);
        to[length++] = (byte)bits;
        return length;
    }
}
