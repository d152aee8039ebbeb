using System.Buffers.Binary;
using System.IO.Compression;

namespace Tocsin.Daemon.Pictures;

/// <summary>Writes a canvas as PNG (RFC 2083 and its second edition): 8 bits a channel, RGB where every pixel is opaque, else RGBA.</summary>
internal static class Png
{
    private const int ChunkBytes = 1 << 18;
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];
    private static readonly uint[] CrcTable = MakeCrcTable();

    public static void Write(Stream stream, Canvas canvas)
    {
        var channels = IsOpaque(canvas) ? 3 : 4;
        stream.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, canvas.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), canvas.Height);
        (header[8], header[9]) = (8, channels == 3 ? (byte)2 : (byte)6);
        WriteChunk(stream, "IHDR"u8, header);
        var data = Compress(canvas, channels);
        for (var at = 0; at < data.Length; at += ChunkBytes)
            WriteChunk(stream, "IDAT"u8, data.Slice(at, Math.Min(ChunkBytes, data.Length - at)));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static ReadOnlySpan<byte> Compress(Canvas canvas, int channels)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var filter = new PngFilter(canvas.Width * channels, channels);
            var row = new byte[canvas.Width * channels];
            for (var y = 0; y < canvas.Height; y++)
            {
                var source = canvas.Row(y);
                for (var x = 0; x < canvas.Width; x++)
                    source.Slice(4 * x, channels).CopyTo(row.AsSpan(channels * x));
                deflate.Write(filter.Best(row));
            }
        }
        return packed.GetBuffer().AsSpan(0, (int)packed.Length);
    }

    private static bool IsOpaque(Canvas canvas)
    {
        for (var y = 0; y < canvas.Height; y++)
        {
            var row = canvas.Row(y);
            for (var i = 3; i < row.Length; i += 4)
            {
                if (row[i] != 255)
                    return false;
            }
        }
        return true;
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        stream.Write(word);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~Crc(Crc(uint.MaxValue, type), data));
        stream.Write(word);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var b in data)
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            var c = n;
            for (var k = 0; k < 8; k++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }
        return table;
    }
}
