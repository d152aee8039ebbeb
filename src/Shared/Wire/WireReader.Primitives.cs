using System.Buffers.Binary;

namespace Tocsin.Shared.Wire;

public ref partial struct WireReader
{
    /// <summary>The big-endian number after the first byte; nothing is read.</summary>
    private bool TryReadLength(int width, out long length)
    {
        length = 0;
        if (Remaining < 1 + width)
            return Fail(WireFault.Truncated, Position);
        var at = _bytes.Slice(Position + 1, width);
        length = width switch
        {
            1 => at[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(at),
            _ => BinaryPrimitives.ReadUInt32BigEndian(at),
        };
        return true;
    }

    /// <param name="bits">Two's complement where negative.</param>
    private bool TryReadInteger(out ulong bits, out bool negative, out int start)
    {
        bits = 0;
        negative = false;
        start = Position;
        if (!Start(out var code))
            return false;
        if (TypeOf(code) != WireType.Integer)
            return Fail(WireFault.WrongType, start);
        if (code is <= WireCode.MaxFixInt or >= WireCode.MinNegativeFixInt)
        {
            bits = (ulong)(sbyte)code;
            negative = code > WireCode.MaxFixInt;
            Position++;
            return true;
        }
        var unsigned = code <= WireCode.UInt64;
        if (!Take(1, 1 << (code - (unsigned ? WireCode.UInt8 : WireCode.Int8)), out var at))
            return false;
        bits = code switch
        {
            WireCode.UInt8 => at[0],
            WireCode.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(at),
            WireCode.UInt32 => BinaryPrimitives.ReadUInt32BigEndian(at),
            WireCode.UInt64 => BinaryPrimitives.ReadUInt64BigEndian(at),
            WireCode.Int8 => (ulong)(sbyte)at[0],
            WireCode.Int16 => (ulong)BinaryPrimitives.ReadInt16BigEndian(at),
            WireCode.Int32 => (ulong)BinaryPrimitives.ReadInt32BigEndian(at),
            _ => BinaryPrimitives.ReadUInt64BigEndian(at),
        };
        negative = !unsigned && (long)bits < 0;
        return true;
    }

    private bool Start(out byte code)
    {
        code = 0;
        if (Failure.Fault != WireFault.None)
            return false;
        if (Remaining == 0)
            return Fail(WireFault.Truncated, Position);
        code = _bytes[Position];
        return true;
    }

    private bool Take(int head, long length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (head + length > Remaining)
            return Fail(WireFault.Truncated, Position);
        taken = _bytes.Slice(Position + head, (int)length);
        Position += head + (int)length;
        return true;
    }

    private bool Fail(WireFault fault, int position)
    {
        if (Failure.Fault == WireFault.None)
            Failure = new WireFailure(fault, position);
        return false;
    }
}
