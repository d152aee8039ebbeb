using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tocsin.Ingest.RemoteWrite;

/// <summary>Unpacks snappy's block format (google/snappy, <c>format_description.txt</c>), as remote_write sends it, into memory that is used again and again.</summary>
/// <remarks>Encoding is left to IronSnappy. Its decoder answers in a new array each time, and arrays of the size of a request are collected only
/// together with everything else: at thousands of requests a second that is what one would wait for.</remarks>
public static class SnappyBlock
{
    /// <summary>Bytes behind the text that unpacking may scribble on: copies go by 16 bytes and may run past their end by 15.</summary>
    private const int Slack = 64;

    /// <summary>The most that one packed byte can stand for: a copy of 64 bytes takes three.</summary>
    private const int MostPerByte = 22;

    /// <summary>Null where <paramref name="packed"/> was unpacked into the first <paramref name="length"/> bytes of <paramref name="into"/>, which is replaced by a
    /// larger array where it is too small; else why not. Nothing is allocated before the declared length has been found to be possible and allowed.</summary>
    public static string? TryDecode(ReadOnlySpan<byte> packed, int limit, ref byte[] into, out int length)
    {
        length = 0;
        if (!TryLength(packed, out var declared, out var head))
            return "snappy: no length at the start";
        if (declared > (ulong)limit)
            return "snappy: more than is taken in one request";
        if (declared > (ulong)(packed.Length - head) * MostPerByte)
            return "snappy: declares more than it can hold";
        length = (int)declared;
        if (into.Length < length + Slack)
            into = GC.AllocateUninitializedArray<byte>((int)Math.Min((uint)limit + Slack, System.Numerics.BitOperations.RoundUpToPowerOf2(Math.Max((uint)length + Slack, 4096))));
        return Unpack(packed[head..], into, length) ? null : "snappy: damaged";
    }



    private static bool TryLength(ReadOnlySpan<byte> packed, out ulong length, out int used)
    {
        length = 0;
        for (used = 0; used < Math.Min(5, packed.Length);)
        {
            var b = packed[used++];
            length |= (ulong)(b & 0x7f) << (7 * (used - 1));
            if (b < 0x80)
                return length <= uint.MaxValue;
        }
        return false;
    }

    /// <remarks>Unchecked loads and stores are safe by three tests before each: a literal of up to 16 bytes is copied whole only with 16 bytes left in the
    /// source; every length is held against what is left of the text, and the array has <see cref="Slack"/> bytes more than the text; a copy's offset
    /// lies between 1 and what has been written.</remarks>
    private static bool Unpack(ReadOnlySpan<byte> packed, byte[] into, int length)
    {
        ref var src = ref MemoryMarshal.GetReference(packed);
        ref var dst = ref MemoryMarshal.GetArrayDataReference(into);
        int s = 0, d = 0;
        while (s < packed.Length)
        {
            int tag = Unsafe.Add(ref src, s++);
            if ((tag & 3) == 0)
            {
                var run = (tag >> 2) + 1;
                if (run <= 16 && packed.Length - s >= 16 && run <= length - d)
                {
                    Copy16(ref Unsafe.Add(ref src, s), ref Unsafe.Add(ref dst, d));
                    s += run;
                    d += run;
                    continue;
                }
                if (run > 60 && !LongRun(packed, ref s, ref run))
                    return false;
                if (run > packed.Length - s || run > length - d)
                    return false;
                packed.Slice(s, run).CopyTo(into.AsSpan(d));
                s += run;
                d += run;
                continue;
            }
            int count, offset;
            if ((tag & 3) == 1)
            {
                if (s >= packed.Length)
                    return false;
                count = 4 + ((tag >> 2) & 7);
                offset = (tag & 0xe0) << 3 | Unsafe.Add(ref src, s);
                s += 1;
            }
            else if ((tag & 3) == 2)
            {
                if (packed.Length - s < 2)
                    return false;
                count = (tag >> 2) + 1;
                offset = BinaryPrimitives.ReadUInt16LittleEndian(packed[s..]);
                s += 2;
            }
            else
            {
                if (packed.Length - s < 4)
                    return false;
                count = (tag >> 2) + 1;
                offset = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(packed[s..]), int.MaxValue);
                s += 4;
            }
            if (offset == 0 || offset > d || count > length - d)
                return false;
            if (offset >= 16)
            {
                // Up to four times 16 bytes; each step reads only what lies at least 16 bytes behind where it writes.
                for (var done = 0; done < count; done += 16)
                    Copy16(ref Unsafe.Add(ref dst, d - offset + done), ref Unsafe.Add(ref dst, d + done));
            }
            else
            {
                for (var i = 0; i < count; i++)
                    Unsafe.Add(ref dst, d + i) = Unsafe.Add(ref dst, d - offset + i);
            }
            d += count;
        }
        return d == length;
    }

    /// <summary>Lengths above 60 stand in the one to four bytes behind the tag.</summary>
    private static bool LongRun(ReadOnlySpan<byte> packed, ref int s, ref int run)
    {
        var bytes = run - 60;
        if (packed.Length - s < bytes)
            return false;
        uint value = 0;
        for (var i = 0; i < bytes; i++)
            value |= (uint)packed[s + i] << (8 * i);
        s += bytes;
        if (value >= int.MaxValue)
            return false;
        run = (int)value + 1;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy16(ref byte from, ref byte to) => Vector128.LoadUnsafe(ref from).StoreUnsafe(ref to);
}
