namespace Tocsin.Shared.Wire;

public ref partial struct WireReader
{
    /// <summary>The header of an array; its elements come next.</summary>
    /// <param name="most">Elements.</param>
    public bool TryReadArrayHeader(int most, out int count) => TryReadCount(WireType.Array, 1, most, out count);

    /// <summary>The header of a map; key, value, key, value ... come next.</summary>
    /// <param name="most">Pairs.</param>
    public bool TryReadMapHeader(int most, out int count) => TryReadCount(WireType.Map, 2, most, out count);

    /// <summary>The header of a record as <see cref="WireWriter.WriteRecord"/> writes it.</summary>
    /// <param name="newest">The newest version that the caller knows; all from 1 to it are taken.</param>
    /// <param name="leastFields">Fields that a record of version 1 has at least, the version not counted.</param>
    public bool TryBeginRecord(int newest, int leastFields, out WireRecord record)
    {
        record = default;
        var start = Position;
        if (!TryReadArrayHeader(int.MaxValue, out var count))
            return false;
        if (count == 0)
            return Fail(WireFault.MissingFields, start);
        if (!TryReadInt64(out var version))
            return false;
        if (version < 1 || version > newest)
            return Fail(WireFault.UnknownVersion, start);
        if (count - 1 < leastFields)
            return Fail(WireFault.MissingFields, start);
        record = new WireRecord((int)version, count - 1);
        return true;
    }

    /// <summary>Skips the fields that the caller does not know.</summary>
    /// <param name="read">Fields of the record that were read, the version not counted.</param>
    public bool TryEndRecord(WireRecord record, int read)
    {
        for (var i = read; i < record.Fields; i++)
        {
            if (!TrySkip())
                return false;
        }
        return Failure.Fault == WireFault.None;
    }

    /// <summary>Skips one value with all that is in it, whatever it is.</summary>
    public bool TrySkip()
    {
        // Each value takes at least one byte and each count is at most what is left, so the loop ends with the bytes.
        for (var values = 1L; values > 0; values--)
        {
            if (!Start(out var code))
                return false;
            switch (TypeOf(code))
            {
                case WireType.Nil or WireType.Boolean:
                    Position++;
                    break;
                case WireType.Integer:
                    if (!TryReadInteger(out _, out _, out _))
                        return false;
                    break;
                case WireType.Float:
                    if (!Take(1, code == WireCode.Float32 ? 4 : 8, out _))
                        return false;
                    break;
                case WireType.Array:
                    if (!TryReadArrayHeader(int.MaxValue, out var elements))
                        return false;
                    values += elements;
                    break;
                case WireType.Map:
                    if (!TryReadMapHeader(int.MaxValue, out var pairs))
                        return false;
                    values += 2L * pairs;
                    break;
                case WireType.Extension:
                    if (!TrySkipExtension(code))
                        return false;
                    break;
                case WireType.Unknown:
                    return Fail(WireFault.WrongType, Position);
                case var text:
                    if (!TryReadBytes(text, int.MaxValue, out _))
                        return false;
                    break;
            }
        }
        return true;
    }

    private static WireType TypeOf(byte code) => code switch
    {
        <= WireCode.MaxFixInt or >= WireCode.MinNegativeFixInt or (>= WireCode.UInt8 and <= WireCode.Int64) => WireType.Integer,
        < WireCode.FixArray => WireType.Map,
        < WireCode.FixString => WireType.Array,
        < WireCode.Nil or (>= WireCode.Str8 and <= WireCode.Str32) => WireType.String,
        WireCode.Nil => WireType.Nil,
        WireCode.False or WireCode.True => WireType.Boolean,
        >= WireCode.Bin8 and <= WireCode.Bin32 => WireType.Binary,
        WireCode.Float32 or WireCode.Float64 => WireType.Float,
        WireCode.Array16 or WireCode.Array32 => WireType.Array,
        WireCode.Map16 or WireCode.Map32 => WireType.Map,
        WireCode.NeverUsed => WireType.Unknown,
        _ => WireType.Extension,
    };

    private bool TrySkipExtension(byte code)
    {
        if (code is >= WireCode.FixExt1 and <= WireCode.FixExt16)
            return Take(1, 1 + (1 << (code - WireCode.FixExt1)), out _);
        var width = 1 << (code - WireCode.Ext8);
        // One byte more than its length says: the extension's own type.
        return TryReadLength(width, out var length) && Take(1 + width, length + 1, out _);
    }

    private bool TryReadCount(WireType type, int bytesEach, int most, out int count)
    {
        count = 0;
        var start = Position;
        if (!Start(out var code))
            return false;
        if (TypeOf(code) != type)
            return Fail(WireFault.WrongType, start);
        long wide;
        if (code < WireCode.FixString)
        {
            wide = code & 15;
            Position++;
        }
        else
        {
            var width = code is WireCode.Array16 or WireCode.Map16 ? 2 : 4;
            if (!TryReadLength(width, out wide) || !Take(1, width, out _))
                return false;
        }
        if (wide * bytesEach > Remaining)
            return Fail(WireFault.Truncated, start);
        if (wide > most)
            return Fail(WireFault.OutOfRange, start);
        count = (int)wide;
        return true;
    }

    private bool TryReadBytes(WireType type, int most, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        var start = Position;
        if (!Start(out var code))
            return false;
        if (TypeOf(code) != type)
            return Fail(WireFault.WrongType, start);
        var width = 0;
        long length = code & 31;
        if (code >= WireCode.Nil)
        {
            width = 1 << (code - (type == WireType.String ? WireCode.Str8 : WireCode.Bin8));
            if (!TryReadLength(width, out length))
                return false;
        }
        if (1L + width + length > Remaining)
            return Fail(WireFault.Truncated, start);
        if (length > most)
            return Fail(WireFault.OutOfRange, start);
        return Take(1 + width, length, out bytes);
    }
}

/// <summary>A record that is being read.</summary>
/// <param name="Version">1 or more.</param>
/// <param name="Fields">The version not counted.</param>
public readonly record struct WireRecord(int Version, int Fields);
