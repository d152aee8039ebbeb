using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Tocsin.Shared.Wire;

/// <summary>Reads MessagePack from bytes that nobody vouches for. Every method gives false where it cannot; what was wrong first stays in
/// <see cref="Failure"/>, and from then on every method gives false, so that calls can be joined by <c>&amp;&amp;</c>. Pass it on by <c>ref</c>.</summary>
/// <remarks>No length is believed before so many bytes are there: a count of elements is refused when fewer bytes than elements are left, so
/// that an array of it is at most as many elements as the input has bytes. Skipping is a loop, not a recursion: depth costs nothing.</remarks>
public ref partial struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read.</summary>
    public int Position { get; private set; }

    public WireFailure Failure { get; private set; }

    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>The type of what comes next; nothing is read.</summary>
    public readonly WireType Next => Remaining == 0 ? WireType.End : TypeOf(_bytes[Position]);

    /// <summary>Refuses what comes next for a reason of the caller's own.</summary>
    /// <returns>False, always.</returns>
    public bool Refuse(WireFault fault) => Fail(fault, Position);

    /// <summary>False and no failure where something else than nil comes next.</summary>
    public bool TrySkipNil()
    {
        if (Failure.Fault != WireFault.None || Remaining == 0 || _bytes[Position] != WireCode.Nil)
            return false;
        Position++;
        return true;
    }

    public bool TryReadBool(out bool value)
    {
        value = false;
        if (!Start(out var code))
            return false;
        if (code is not (WireCode.True or WireCode.False))
            return Fail(WireFault.WrongType, Position);
        value = code == WireCode.True;
        Position++;
        return true;
    }

    /// <summary>Any integer form.</summary>
    public bool TryReadInt64(out long value)
    {
        if (!TryReadInteger(out var bits, out var negative, out var start))
        {
            value = 0;
            return false;
        }
        value = (long)bits;
        return negative || bits <= long.MaxValue || Fail(WireFault.OutOfRange, start);
    }

    public bool TryReadUInt64(out ulong value) =>
        TryReadInteger(out value, out var negative, out var start) && (!negative || Fail(WireFault.OutOfRange, start));

    /// <summary>Within the bounds, both included.</summary>
    public bool TryReadInt32(int least, int most, out int value)
    {
        value = 0;
        var start = Position;
        if (!TryReadInt64(out var wide))
            return false;
        if (wide < least || wide > most)
            return Fail(WireFault.OutOfRange, start);
        value = (int)wide;
        return true;
    }

    public bool TryReadInt32(out int value) => TryReadInt32(int.MinValue, int.MaxValue, out value);

    /// <summary>Any float or integer form, since some languages write 1.0 as 1. The bits of a 64 bit NaN are kept.</summary>
    public bool TryReadDouble(out double value)
    {
        value = 0;
        if (!Start(out var code))
            return false;
        switch (code)
        {
            case WireCode.Float64:
                if (!Take(1, 8, out var wide))
                    return false;
                value = BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64BigEndian(wide));
                return true;
            case WireCode.Float32:
                if (!Take(1, 4, out var narrow))
                    return false;
                value = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt32BigEndian(narrow));
                return true;
            default:
                if (!TryReadInteger(out var bits, out var negative, out _))
                    return false;
                value = negative ? (long)bits : bits;
                return true;
        }
    }

    /// <summary>Any float or integer form, rounded to the nearest. The bits of a 32 bit NaN are kept.</summary>
    public bool TryReadSingle(out float value)
    {
        if (Next == WireType.Float && _bytes[Position] == WireCode.Float32 && Failure.Fault == WireFault.None)
        {
            value = 0;
            if (!Take(1, 4, out var narrow))
                return false;
            value = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt32BigEndian(narrow));
            return true;
        }
        var read = TryReadDouble(out var wide);
        value = (float)wide;
        return read;
    }

    /// <summary>The bytes of a string, checked to be UTF-8.</summary>
    /// <param name="most">Bytes.</param>
    public bool TryReadUtf8(int most, out ReadOnlySpan<byte> text)
    {
        var start = Position;
        if (!TryReadBytes(WireType.String, most, out text))
            return false;
        return Utf8.IsValid(text) || Fail(WireFault.BadUtf8, start);
    }

    /// <param name="most">Bytes of UTF-8.</param>
    public bool TryReadString(int most, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (!TryReadUtf8(most, out var bytes))
            return false;
        text = Encoding.UTF8.GetString(bytes);
        return true;
    }

    /// <summary>Null for nil.</summary>
    /// <param name="most">Bytes of UTF-8.</param>
    public bool TryReadOptionalString(int most, out string? text)
    {
        text = null;
        return TrySkipNil() || TryReadString(most, out text);
    }

    /// <summary>Null for nil.</summary>
    public bool TryReadOptionalInt64(out long? value)
    {
        value = null;
        if (TrySkipNil())
            return true;
        if (!TryReadInt64(out var number))
            return false;
        value = number;
        return true;
    }

    /// <param name="most">Bytes.</param>
    public bool TryReadBinary(int most, out ReadOnlySpan<byte> bytes) => TryReadBytes(WireType.Binary, most, out bytes);

    /// <summary>What <see cref="WireWriter.WriteSingles"/> wrote.</summary>
    /// <param name="most">Numbers.</param>
    public bool TryReadSingles(int most, [NotNullWhen(true)] out float[]? values)
    {
        values = null;
        var start = Position;
        if (!TryReadBinary((int)Math.Min(int.MaxValue, (long)most * sizeof(float)), out var bytes))
            return false;
        if (bytes.Length % sizeof(float) != 0)
            return Fail(WireFault.OutOfRange, start);
        values = new float[bytes.Length / sizeof(float)];
        if (BitConverter.IsLittleEndian)
            bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        else
            for (var i = 0; i < values.Length; i++)
                values[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * sizeof(float))..]));
        return true;
    }

    /// <summary>What <see cref="WireWriter.WriteDoubles"/> wrote.</summary>
    /// <param name="most">Numbers.</param>
    public bool TryReadDoubles(int most, [NotNullWhen(true)] out double[]? values)
    {
        values = null;
        var start = Position;
        if (!TryReadBinary((int)Math.Min(int.MaxValue, (long)most * sizeof(double)), out var bytes))
            return false;
        if (bytes.Length % sizeof(double) != 0)
            return Fail(WireFault.OutOfRange, start);
        values = new double[bytes.Length / sizeof(double)];
        if (BitConverter.IsLittleEndian)
            bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        else
            for (var i = 0; i < values.Length; i++)
                values[i] = BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(bytes[(i * sizeof(double))..]));
        return true;
    }
}
