namespace Tocsin.Shared.Wire;

/// <summary>The kind of a value, as its first byte tells it.</summary>
public enum WireType
{
    /// <summary>No bytes are left.</summary>
    End = 0,
    Nil,
    Boolean,
    Integer,
    Float,
    String,
    Binary,
    Array,
    Map,
    Extension,

    /// <summary>The byte 0xc1, which the format never uses.</summary>
    Unknown,
}

public enum WireFault
{
    None = 0,

    /// <summary>The bytes end within the value, or a count promises more elements than bytes are left.</summary>
    Truncated,

    /// <summary>Another type stands there than was asked for.</summary>
    WrongType,

    /// <summary>A number, length or count beyond what the caller allows.</summary>
    OutOfRange,

    BadUtf8,

    /// <summary>A record of a version that this program does not know.</summary>
    UnknownVersion,

    /// <summary>A record with fewer fields than its version has.</summary>
    MissingFields,

    /// <summary>Bytes after the value.</summary>
    TrailingBytes,
}

/// <summary>Why bytes could not be read, and where.</summary>
/// <param name="Position">Of the value's first byte, from the start of what was given to the reader.</param>
public readonly record struct WireFailure(WireFault Fault, int Position)
{
    public override string ToString() => Fault switch
    {
        WireFault.None => "no failure",
        WireFault.Truncated => $"the bytes end within the value at byte {Position}",
        WireFault.WrongType => $"another type than expected at byte {Position}",
        WireFault.OutOfRange => $"a number or length out of range at byte {Position}",
        WireFault.BadUtf8 => $"a string that is not UTF-8 at byte {Position}",
        WireFault.UnknownVersion => $"a record of an unknown version at byte {Position}; a newer Tocsin wrote it",
        WireFault.MissingFields => $"a record with too few fields at byte {Position}",
        _ => $"bytes after the value, from byte {Position}",
    };
}
