using System.Buffers.Binary;
using System.Globalization;

namespace Tocsin.Actors.Log.Files;

/// <summary>The first 40 bytes of a segment, little-endian: "TOCSINSG", uint32 version, uint32 CRC-32C of what follows, int64 base offset, int64 offset
/// that follows the segment before, int64 creation (unix ms).</summary>
/// <param name="Base">Of the first record; the file's name says it too.</param>
/// <param name="Follows">Where the segment before ended: smaller than <paramref name="Base"/> where offsets were passed over on purpose.</param>
/// <param name="CreatedMs">No record of the segment before is younger.</param>
internal readonly record struct SegmentHeader(long Base, long Follows, long CreatedMs)
{
    public const int Size = 40;
    public const uint Version = 1;
    public const string Suffix = ".segment";

    private static ReadOnlySpan<byte> Magic => "TOCSINSG"u8;

    public static string FileName(long offset) => offset.ToString("D20", CultureInfo.InvariantCulture) + Suffix;

    public static bool TryParseName(string name, out long offset)
    {
        offset = 0;
        return name.Length == 20 + Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }

    public void Write(Span<byte> target)
    {
        Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Base);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], Follows);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], CreatedMs);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], Crc32C.Of(target[16..Size]));
    }

    /// <returns>Null, or what is wrong.</returns>
    public static string? TryRead(ReadOnlySpan<byte> bytes, long expectedBase, out SegmentHeader header)
    {
        header = default;
        if (bytes.Length < Size)
            return "the file ends within its header";
        if (!bytes[..8].SequenceEqual(Magic))
            return "this is no segment of Tocsin's log";
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) is var version && version != Version)
            return $"its format is version {version}; this program knows {Version}";
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) != Crc32C.Of(bytes[16..Size]))
            return "the checksum of its header is wrong";
        header = new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]));
        return header.Base == expectedBase && header.Follows <= header.Base && header.Follows >= 0
            ? null
            : $"its header says offset {header.Base}";
    }
}
