using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Tocsin.Shared.Wire;

/// <summary>Writes MessagePack, each number and length in its shortest form. Call <see cref="Flush"/> at the end; pass it on by <c>ref</c>.</summary>
/// <remarks>A record (a type's encoding) is an array whose first element is its version: see <see cref="WriteRecord"/>.</remarks>
public ref struct WireWriter(IBufferWriter<byte> output)
{
    private const int Chunk = 256;

    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _span;
    private int _used;

    /// <summary>The header of a record: an array of <paramref name="fields"/> + 1 elements, the first of which is the version.</summary>
    /// <param name="version">1 or more. A field added at the end keeps the version, for readers skip what they do not know; any other change is a new one.</param>
    public void WriteRecord(int version, int fields)
    {
        WriteArrayHeader(fields + 1);
        WriteInt(version);
    }

    public void WriteNil() => Byte(WireCode.Nil);

    public void WriteBool(bool value) => Byte(value ? WireCode.True : WireCode.False);

    public void WriteInt(long value)
    {
        if (value >= 0)
        {
            WriteUInt((ulong)value);
            return;
        }
        switch (value)
        {
            case >= -32:
                Byte((byte)value);
                break;
            case >= sbyte.MinValue:
                Head(WireCode.Int8, 1)[0] = (byte)value;
                break;
            case >= short.MinValue:
                BinaryPrimitives.WriteInt16BigEndian(Head(WireCode.Int16, 2), (short)value);
                break;
            case >= int.MinValue:
                BinaryPrimitives.WriteInt32BigEndian(Head(WireCode.Int32, 4), (int)value);
                break;
            default:
                BinaryPrimitives.WriteInt64BigEndian(Head(WireCode.Int64, 8), value);
                break;
        }
    }

    public void WriteUInt(ulong value)
    {
        switch (value)
        {
            case <= WireCode.MaxFixInt:
                Byte((byte)value);
                break;
            case <= byte.MaxValue:
                Head(WireCode.UInt8, 1)[0] = (byte)value;
                break;
            case <= ushort.MaxValue:
                BinaryPrimitives.WriteUInt16BigEndian(Head(WireCode.UInt16, 2), (ushort)value);
                break;
            case <= uint.MaxValue:
                BinaryPrimitives.WriteUInt32BigEndian(Head(WireCode.UInt32, 4), (uint)value);
                break;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(Head(WireCode.UInt64, 8), value);
                break;
        }
    }

    /// <summary>All bits are kept, those of a NaN too.</summary>
    public void WriteSingle(float value) => BinaryPrimitives.WriteInt32BigEndian(Head(WireCode.Float32, 4), BitConverter.SingleToInt32Bits(value));

    /// <summary>All bits are kept: a stale marker is a NaN of its own.</summary>
    public void WriteDouble(double value) => BinaryPrimitives.WriteInt64BigEndian(Head(WireCode.Float64, 8), BitConverter.DoubleToInt64Bits(value));

    /// <summary>As UTF-8; a surrogate without its other half becomes U+FFFD.</summary>
    public void WriteString(ReadOnlySpan<char> text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        StringHeader(length);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    /// <summary>Nil for null.</summary>
    public void WriteOptionalString(string? text)
    {
        if (text is null)
            WriteNil();
        else
            WriteString(text);
    }

    /// <summary>Nil for null.</summary>
    public void WriteOptionalInt(long? value)
    {
        if (value is { } number)
            WriteInt(number);
        else
            WriteNil();
    }

    /// <summary>A string whose bytes are there already; they must be UTF-8.</summary>
    public void WriteUtf8(ReadOnlySpan<byte> text)
    {
        StringHeader(text.Length);
        text.CopyTo(Take(text.Length));
    }

    public void WriteBinary(ReadOnlySpan<byte> bytes)
    {
        BinaryHeader(bytes.Length);
        bytes.CopyTo(Take(bytes.Length));
    }

    /// <summary>As one binary value, 4 bytes each, little-endian: <c>numpy.frombuffer(b, '&lt;f4')</c> reads it.</summary>
    public void WriteSingles(ReadOnlySpan<float> values)
    {
        BinaryHeader(checked(values.Length * sizeof(float)));
        var target = Take(values.Length * sizeof(float));
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(target);
            return;
        }
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(target[(i * sizeof(float))..], BitConverter.SingleToInt32Bits(values[i]));
    }

    /// <summary>As one binary value, 8 bytes each, little-endian: <c>numpy.frombuffer(b, '&lt;f8')</c> reads it.</summary>
    public void WriteDoubles(ReadOnlySpan<double> values)
    {
        BinaryHeader(checked(values.Length * sizeof(double)));
        var target = Take(values.Length * sizeof(double));
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(target);
            return;
        }
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(target[(i * sizeof(double))..], BitConverter.DoubleToInt64Bits(values[i]));
    }

    public void WriteArrayHeader(int count) => CountHeader(count, WireCode.FixArray, WireCode.Array16);

    /// <param name="count">Of pairs.</param>
    public void WriteMapHeader(int count) => CountHeader(count, WireCode.FixMap, WireCode.Map16);

    /// <summary>Hands what was written to the buffer writer.</summary>
    public void Flush()
    {
        if (_used > 0)
            _output.Advance(_used);
        _span = default;
        _used = 0;
    }

    private void CountHeader(int count, byte fix, byte wide)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count <= 15)
            Byte((byte)(fix | count));
        else if (count <= ushort.MaxValue)
            BinaryPrimitives.WriteUInt16BigEndian(Head(wide, 2), (ushort)count);
        else
            BinaryPrimitives.WriteUInt32BigEndian(Head((byte)(wide + 1), 4), (uint)count);
    }

    private void StringHeader(int length)
    {
        if (length <= 31)
            Byte((byte)(WireCode.FixString | length));
        else
            LengthHeader(length, WireCode.Str8);
    }

    private void BinaryHeader(int length) => LengthHeader(length, WireCode.Bin8);

    private void LengthHeader(int length, byte code8)
    {
        if (length <= byte.MaxValue)
            Head(code8, 1)[0] = (byte)length;
        else if (length <= ushort.MaxValue)
            BinaryPrimitives.WriteUInt16BigEndian(Head((byte)(code8 + 1), 2), (ushort)length);
        else
            BinaryPrimitives.WriteUInt32BigEndian(Head((byte)(code8 + 2), 4), (uint)length);
    }

    private void Byte(byte value) => Take(1)[0] = value;

    private Span<byte> Head(byte code, int length)
    {
        var target = Take(1 + length);
        target[0] = code;
        return target[1..];
    }

    private Span<byte> Take(int length)
    {
        if (_span.Length - _used < length)
        {
            Flush();
            _span = _output.GetSpan(Math.Max(length, Chunk));
        }
        var taken = _span.Slice(_used, length);
        _used += length;
        return taken;
    }
}
