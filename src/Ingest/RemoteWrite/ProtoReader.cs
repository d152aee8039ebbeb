using System.Runtime.CompilerServices;

namespace Tocsin.Ingest.RemoteWrite;

/// <summary>Walks over the fields of one protobuf message. Every method answers false where the bytes are no message; nothing is thrown.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;

    public int At { get; private set; }

    public readonly bool IsAtEnd => At >= _data.Length;

    /// <summary>Field number times 8 plus wire type, as it stands in the message; 0 is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTag(out uint tag)
    {
        if ((uint)At < (uint)_data.Length && _data[At] is < 0x80 and >= 8 and var one)
        {
            At++;
            tag = one;
            return true;
        }
        var ok = TryVarint(out var value) && value is >= 8 and <= uint.MaxValue;
        tag = (uint)value;
        return ok;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryBytes(out ReadOnlySpan<byte> bytes)
    {
        ulong length;
        if ((uint)At < (uint)_data.Length && _data[At] < 0x80)
            length = _data[At++];
        else if (!TryVarint(out length))
        {
            bytes = default;
            return false;
        }
        if (length > (ulong)(_data.Length - At))
        {
            bytes = default;
            return false;
        }
        bytes = _data.Slice(At, (int)length);
        At += (int)length;
        return true;
    }

    public bool TryFixed64(out ulong value)
    {
        value = 0;
        if (_data.Length - At < 8)
            return false;
        value = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(_data[At..]);
        At += 8;
        return true;
    }

    public bool TryVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if ((uint)At >= (uint)_data.Length)
                return false;
            var b = _data[At++];
            // The tenth byte has room for one bit.
            if (shift == 63 && b > 1)
                return false;
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return true;
        }
        return false;
    }

    /// <summary>Over a field that is of no interest. Groups (wire types 3 and 4) are not in proto3 and are refused.</summary>
    public bool TrySkip(uint tag)
    {
        switch (tag & 7)
        {
            case 0:
                return TryVarint(out _);
            case 1:
                return TryFixed64(out _);
            case 2:
                return TryBytes(out _);
            case 5 when _data.Length - At >= 4:
                At += 4;
                return true;
            default:
                return false;
        }
    }
}
