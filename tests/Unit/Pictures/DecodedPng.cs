using System.Buffers.Binary;
using System.IO.Compression;
using Tocsin.Daemon.Pictures;

namespace Tocsin.Unit.Pictures;

/// <summary>Reads PNG by the standard alone: chunks with their checks, one zlib stream, the five filters. Shares nothing with the writer.</summary>
internal sealed class DecodedPng
{
    private readonly byte[] _pixels;
    private readonly int _channels;

    public DecodedPng(byte[] file)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        using var data = new MemoryStream();
        var at = 8;
        string type;
        do
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            type = System.Text.Encoding.ASCII.GetString(file, at + 4, 4);
            Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)), Crc32(file.AsSpan(at + 4, 4 + length)));
            var body = file.AsSpan(at + 8, length);
            if (type == "IHDR")
            {
                (Width, Height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
                Assert.Equal(8, body[8]);
                _channels = body[9] switch { 2 => 3, 6 => 4, var other => throw new InvalidDataException($"colour type {other}") };
                Assert.Equal([0, 0, 0], body[10..].ToArray());
            }
            else if (type == "IDAT")
            {
                data.Write(body);
            }
            at += 12 + length;
        }
        while (type != "IEND");
        Assert.Equal(file.Length, at);
        data.Position = 0;
        using var inflated = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionMode.Decompress))
            zlib.CopyTo(inflated);
        _pixels = Unfilter(inflated.ToArray(), Width * _channels, _channels, Height, FiltersUsed);
    }

    public int Width { get; }

    public int Height { get; }

    public SortedSet<int> FiltersUsed { get; } = [];

    public bool HasAlpha => _channels == 4;

    public Rgba this[int x, int y]
    {
        get
        {
            var p = _pixels.AsSpan(((y * Width) + x) * _channels);
            return new Rgba(p[0], p[1], p[2], _channels == 4 ? p[3] : (byte)255);
        }
    }

    private static byte[] Unfilter(byte[] raw, int rowBytes, int bpp, int rows, SortedSet<int> used)
    {
        Assert.Equal((rowBytes + 1) * rows, raw.Length);
        var result = new byte[rowBytes * rows];
        for (var r = 0; r < rows; r++)
        {
            int filter = raw[r * (rowBytes + 1)];
            used.Add(filter);
            for (var i = 0; i < rowBytes; i++)
            {
                int a = i < bpp ? 0 : result[(r * rowBytes) + i - bpp];
                int b = r == 0 ? 0 : result[((r - 1) * rowBytes) + i];
                int c = r == 0 || i < bpp ? 0 : result[((r - 1) * rowBytes) + i - bpp];
                var guess = filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) >> 1, 4 => Nearest(a + b - c, a, b, c), _ => throw new InvalidDataException($"filter {filter}") };
                result[(r * rowBytes) + i] = (byte)(raw[(r * (rowBytes + 1)) + 1 + i] + guess);
            }
        }
        return result;
    }

    private static int Nearest(int p, int a, int b, int c) => new[] { a, b, c }.MinBy(v => Math.Abs(p - v));

    private static uint Crc32(ReadOnlySpan<byte> data)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var b in data)
        {
            crc ^= b;
            for (var k = 0; k < 8; k++)
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
    }
}
