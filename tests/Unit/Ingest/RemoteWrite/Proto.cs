using System.Buffers.Binary;
using System.Text;

namespace Tocsin.Unit.Ingest.RemoteWrite;

/// <summary>Protobuf by hand, so that the decoder is not held against the product's own encoder alone.</summary>
internal static class Proto
{
    public static byte[] Request(params byte[][] parts) => [.. parts.SelectMany(p => p)];

    public static byte[] Series(params byte[][] parts) => Bytes(1, [.. parts.SelectMany(p => p)]);

    /// <summary>Labels as they stand, then one sample.</summary>
    public static byte[] One(double value, long timeMs, params (string Name, string Value)[] labels) =>
        Series([.. labels.Select(l => Label(l.Name, l.Value)), Sample(value, timeMs)]);

    public static byte[] Label(string name, string value) => Bytes(1, [.. Bytes(1, Encoding.UTF8.GetBytes(name)), .. Bytes(2, Encoding.UTF8.GetBytes(value))]);

    public static byte[] Sample(double value, long timeMs)
    {
        var bits = new byte[9];
        bits[0] = 1 << 3 | 1;
        BinaryPrimitives.WriteDoubleLittleEndian(bits.AsSpan(1), value);
        return Bytes(2, [.. bits, 2 << 3, .. Varint((ulong)timeMs)]);
    }

    public static byte[] Bytes(int field, byte[] bytes) => [.. Varint((ulong)(field << 3 | 2)), .. Varint((ulong)bytes.Length), .. bytes];

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes.ToArray();
    }

    public static byte[] Packed(byte[] message) => IronSnappy.Snappy.Encode(message);
}
