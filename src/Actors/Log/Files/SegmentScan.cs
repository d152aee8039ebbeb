using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Tocsin.Actors.Log.Files;

/// <summary>Finds where the whole records of a segment end.</summary>
/// <param name="End">Byte after the last whole record.</param>
/// <param name="NextOffset">Offset after the last whole record.</param>
/// <param name="Bad">Null, or what follows <paramref name="End"/>.</param>
/// <param name="WholeBehind">There is a whole record of this segment behind the bad place: not a torn tail, but damage.</param>
internal readonly record struct SegmentScan(long End, long NextOffset, string? Bad, bool WholeBehind)
{
    /// <remarks>Every byte is read and every checksum computed: this is for the last segment of a partition, at start.</remarks>
    public static SegmentScan Run(SafeFileHandle file, SegmentHeader header, int mostRecordBytes)
    {
        var length = RandomAccess.GetLength(file);
        var offset = header.Base;
        long at = SegmentHeader.Size;
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            while (at < length)
            {
                var have = ReadFully(file, buffer, at);
                var used = 0;
                while (true)
                {
                    var rest = buffer.AsSpan(used, have - used);
                    if (rest.Length == 0)
                        break;
                    var read = RecordFormat.Check(rest, offset, mostRecordBytes, out var size, out var why);
                    if (read == RecordRead.Whole)
                    {
                        used += size;
                        offset++;
                        continue;
                    }
                    if (read == RecordRead.Short && at + used + Math.Max(size, 8) <= length)
                    {
                        // The buffer ends here, not the file: go on from this record, in a larger buffer where it needs one.
                        if (used == 0)
                            Grow(ref buffer, size);
                        break;
                    }
                    return new SegmentScan(at + used, offset, why, IsWholeBehind(file, at + used + 1, length, offset, mostRecordBytes));
                }
                at += used;
            }
            return new SegmentScan(at, offset, null, false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whether a whole record stands anywhere from a byte on. A record names its offset, so what looks like one by chance does not count.</summary>
    private static bool IsWholeBehind(SafeFileHandle file, long from, long length, long missing, int mostRecordBytes)
    {
        // One segment and what may wait for a write: bounded by the options, checked against the file before.
        var rest = new byte[length - from];
        var have = ReadFully(file, rest, from);
        for (var i = 0; i + RecordFormat.Header <= have; i++)
        {
            var bytes = rest.AsSpan(i, have - i);
            var offset = RecordFormat.OffsetAt(bytes);
            if (offset >= missing && offset <= missing + rest.Length / RecordFormat.Header
                && RecordFormat.Check(bytes, offset, mostRecordBytes, out _, out _) == RecordRead.Whole)
                return true;
        }
        return false;
    }

    private static int ReadFully(SafeFileHandle file, Span<byte> into, long at)
    {
        var have = 0;
        while (have < into.Length)
        {
            var read = RandomAccess.Read(file, into[have..], at + have);
            if (read == 0)
                break;
            have += read;
        }
        return have;
    }

    private static void Grow(ref byte[] buffer, int size)
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, 2 * buffer.Length));
    }
}
