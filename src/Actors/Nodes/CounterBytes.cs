using System.Buffers.Binary;
using Tocsin.Ingest.Frames;

namespace Tocsin.Actors.Nodes;

/// <summary>Counters of a node in few bytes, exactly: most are whole numbers, or have few decimals, and grew little since the sample before.</summary>
/// <remarks>
/// A counter: a byte of flags (1 = seen, 2 = its two times are those of the counter before it, 4 = the earlier sample is there, bits 3-5 the scale, 7 = as it
/// stands), the times unless shared (zigzag varint from those of the counter before it), the value as zigzag varint of value x scale or 8 bytes, and the value less the earlier one likewise.
/// </remarks>
internal static class CounterBytes
{
    private const int AsItStands = 7;

    private static readonly double[] Scales = [1, 100, 1000, 1e6, 1e9];

    public static byte[] Write(ReadOnlySpan<CounterState> counters)
    {
        var bytes = new List<byte>(counters.Length * 8);
        var (time, earlier) = (0L, 0L);
        foreach (var counter in counters)
        {
            if (!counter.Seen)
            {
                bytes.Add(0);
                continue;
            }
            var hasEarlier = counter.EarlierMs != CounterState.Never;
            var shared = counter.TimeMs == time && (!hasEarlier || counter.EarlierMs == earlier);
            var scale = ScaleOf(counter.Value, hasEarlier ? counter.Earlier : counter.Value);
            bytes.Add((byte)(1 | (shared ? 2 : 0) | (hasEarlier ? 4 : 0) | (scale << 3)));
            if (!shared)
            {
                Varint(bytes, counter.TimeMs - time);
                if (hasEarlier)
                    Varint(bytes, counter.EarlierMs - earlier);
            }
            time = counter.TimeMs;
            earlier = hasEarlier ? counter.EarlierMs : earlier;
            Value(bytes, counter, scale, hasEarlier);
        }
        return [.. bytes];
    }

    /// <summary>Null where the bytes are not so many counters.</summary>
    public static CounterState[]? Read(ReadOnlySpan<byte> bytes, int count)
    {
        // A counter takes a byte at least: a count from outside reserves no more than there is.
        if (count > bytes.Length)
            return null;
        var counters = new CounterState[count];
        var (time, earlier) = (0L, 0L);
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            if (at == bytes.Length)
                return null;
            var flags = bytes[at++];
            if ((flags & 1) == 0)
            {
                counters[i] = CounterState.None;
                continue;
            }
            var hasEarlier = (flags & 4) != 0;
            if ((flags & 2) == 0 && (!TryVarint(bytes, ref at, ref time) || (hasEarlier && !TryVarint(bytes, ref at, ref earlier))))
                return null;
            if (!TryValue(bytes, ref at, flags >> 3, hasEarlier, out var value, out var before))
                return null;
            counters[i] = new CounterState(value, time, before, hasEarlier ? earlier : CounterState.Never);
        }
        return at == bytes.Length ? counters : null;
    }

    private static int ScaleOf(double value, double earlier)
    {
        for (var s = 0; s < Scales.Length; s++)
        {
            if (IsExact(value, Scales[s]) && IsExact(earlier, Scales[s]))
                return s;
        }
        return AsItStands;
    }

    private static bool IsExact(double value, double scale)
    {
        var whole = Math.Round(value * scale);
        return Math.Abs(whole) < 1L << 53 && BitConverter.DoubleToInt64Bits((long)whole / scale) == BitConverter.DoubleToInt64Bits(value);
    }

    private static void Value(List<byte> bytes, CounterState counter, int scale, bool hasEarlier)
    {
        if (scale == AsItStands)
        {
            Raw(bytes, counter.Value);
            if (hasEarlier)
                Raw(bytes, counter.Earlier);
            return;
        }
        var value = (long)Math.Round(counter.Value * Scales[scale]);
        Varint(bytes, value);
        if (hasEarlier)
            Varint(bytes, value - (long)Math.Round(counter.Earlier * Scales[scale]));
    }

    private static bool TryValue(ReadOnlySpan<byte> bytes, ref int at, int scale, bool hasEarlier, out double value, out double earlier)
    {
        (value, earlier) = (0, double.NaN);
        if (scale == AsItStands)
            return TryRaw(bytes, ref at, out value) && (!hasEarlier || TryRaw(bytes, ref at, out earlier));
        long whole = 0, less = 0;
        if (scale >= Scales.Length || !TryVarint(bytes, ref at, ref whole) || (hasEarlier && !TryVarint(bytes, ref at, ref less)))
            return false;
        value = whole / Scales[scale];
        earlier = hasEarlier ? (whole - less) / Scales[scale] : double.NaN;
        return true;
    }

    private static void Raw(List<byte> bytes, double value)
    {
        Span<byte> raw = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(raw, value);
        bytes.AddRange(raw);
    }

    private static bool TryRaw(ReadOnlySpan<byte> bytes, ref int at, out double value)
    {
        value = 0;
        if (bytes.Length - at < 8)
            return false;
        value = BinaryPrimitives.ReadDoubleLittleEndian(bytes[at..]);
        at += 8;
        return true;
    }

    private static void Varint(List<byte> bytes, long value)
    {
        var zigzag = (ulong)((value << 1) ^ (value >> 63));
        for (; zigzag >= 0x80; zigzag >>= 7)
            bytes.Add((byte)(zigzag | 0x80));
        bytes.Add((byte)zigzag);
    }

    /// <summary>Adds what it reads.</summary>
    private static bool TryVarint(ReadOnlySpan<byte> bytes, ref int at, ref long value)
    {
        ulong zigzag = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at == bytes.Length)
                return false;
            var next = bytes[at++];
            zigzag |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                value += (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
                return true;
            }
        }
        return false;
    }
}
