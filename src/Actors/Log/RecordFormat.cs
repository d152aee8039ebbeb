using System.Buffers.Binary;
using System.Numerics;

namespace Tocsin.Actors.Log;

internal enum RecordRead
{
    Whole = 0,

    /// <summary>The bytes end within it, as far as its length can be believed.</summary>
    Short,

    Bad,
}

/// <summary>The layout of a record, little-endian: uint32 length of what follows the checksum, uint32 CRC-32C over the length and what follows the checksum,
/// int64 offset, int64 timestamp (unix ms), byte kind, byte 0, uint16 length of the key, key, payload.</summary>
/// <remarks>docs/FORMATS.md describes it. The length is under the checksum, and the offset is in the record, so that a record is known for what it is wherever it is found.</remarks>
internal static class RecordFormat
{
    public const int Header = 28;
    public const int MaxKey = ushort.MaxValue;
    private const int Prefix = 8;

    public static int Size(in LogEntry entry) => checked(Header + entry.Key.Length + entry.Payload.Length);

    /// <summary>All but offset, timestamp and checksum, which are known when it is written out.</summary>
    public static void Write(Span<byte> target, in LogEntry entry)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)(target.Length - Prefix));
        target[24] = entry.Kind;
        target[25] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(target[26..], checked((ushort)entry.Key.Length));
        entry.Key.CopyTo(target[Header..]);
        entry.Payload.CopyTo(target[(Header + entry.Key.Length)..]);
    }

    public static void Seal(Span<byte> record, long offset, long timestampMs)
    {
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], timestampMs);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(record));
    }

    /// <summary>Of the record that begins the bytes; at least 8 must be there.</summary>
    public static long SizeAt(ReadOnlySpan<byte> bytes) => Prefix + (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public static long OffsetAt(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);

    /// <summary>Checks length, checksum, key and offset of the record that begins the bytes.</summary>
    /// <param name="size">Of the record, as it claims; 0 where not even that is there.</param>
    public static RecordRead Check(ReadOnlySpan<byte> bytes, long offset, int mostBytes, out int size, out string why)
    {
        size = 0;
        why = "the file ends within a record";
        if (bytes.Length < Prefix)
            return RecordRead.Short;
        var claimed = SizeAt(bytes);
        if (claimed < Header || claimed > mostBytes)
        {
            why = $"a record of {claimed} bytes";
            return RecordRead.Bad;
        }
        size = (int)claimed;
        if (bytes.Length < size)
            return RecordRead.Short;
        var record = bytes[..size];
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) != Checksum(record))
        {
            why = "the checksum is wrong";
            return RecordRead.Bad;
        }
        if (Header + BinaryPrimitives.ReadUInt16LittleEndian(record[26..]) > size)
        {
            why = "a key beyond its record";
            return RecordRead.Bad;
        }
        if (OffsetAt(record) == offset)
            return RecordRead.Whole;
        why = $"the record has offset {OffsetAt(record)}";
        return RecordRead.Bad;
    }

    /// <summary>Of a record that was checked before.</summary>
    public static LogRecord Parse(ReadOnlySpan<byte> record)
    {
        var key = BinaryPrimitives.ReadUInt16LittleEndian(record[26..]);
        return new LogRecord(
            OffsetAt(record),
            BinaryPrimitives.ReadInt64LittleEndian(record[16..]),
            record.Slice(Header, key),
            record[24],
            record[(Header + key)..]);
    }

    private static uint Checksum(ReadOnlySpan<byte> record) => Crc32C.Add(Crc32C.Of(record[..4]), record[Prefix..]);
}

/// <summary>CRC-32C (Castagnoli), by the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => Add(0, bytes);

    /// <summary>Of bytes that follow others.</summary>
    /// <param name="crc">Of those before; 0 = there are none.</param>
    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
