using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Tocsin.Ingest.Identity;

/// <summary>96 bits of a series' labels as they came over the wire, under a key drawn at start.</summary>
/// <remarks>They stand for the bytes: with 10^7 series in the table and 10^7 more looked up, two different ones meet with a chance of about 10^14 / 2^95.
/// Two lanes of multiply and fold, each of which takes in every byte (the step is wyhash's: the halves of a 128-bit product, xored). The key
/// keeps a sender from choosing labels that meet.</remarks>
internal sealed class LabelHash
{
    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    public LabelHash()
    {
        Span<ulong> key = stackalloc ulong[4];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(key));
        // Odd, so that no lane starts from nothing.
        (_a, _b, _c, _d) = (key[0] | 1, key[1] | 1, key[2] | 1, key[3] | 1);
    }

    public (ulong High, uint Low) Of(ReadOnlySpan<byte> bytes)
    {
        ulong a = _a ^ (ulong)bytes.Length, b = _b;
        var rest = bytes;
        while (rest.Length > 16)
        {
            Step(ref a, ref b, BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            rest = rest[16..];
        }
        if (bytes.Length >= 16)
        {
            // The last 16 bytes, which may overlap what went in before: the length is in the hash.
            var tail = bytes[^16..];
            Step(ref a, ref b, BinaryPrimitives.ReadUInt64LittleEndian(tail), BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]));
        }
        else
        {
            Span<byte> padded = stackalloc byte[16];
            padded.Clear();
            rest.CopyTo(padded);
            Step(ref a, ref b, BinaryPrimitives.ReadUInt64LittleEndian(padded), BinaryPrimitives.ReadUInt64LittleEndian(padded[8..]));
        }
        return (Fold(a ^ _c, b ^ _d), (uint)(Fold(b ^ _a, a ^ _b) >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(ref ulong a, ref ulong b, ulong low, ulong high)
    {
        a = Fold(low ^ a, high ^ _c);
        b = Fold(high ^ b, low ^ _d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong x, ulong y)
    {
        var high = Math.BigMul(x, y, out var low);
        return high ^ low;
    }
}
