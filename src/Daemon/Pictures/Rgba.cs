using System.Globalization;

namespace Tocsin.Daemon.Pictures;

/// <summary>A colour, 8 bits a channel, alpha not premultiplied.</summary>
internal readonly record struct Rgba(byte R, byte G, byte B, byte A = 255)
{
    /// <param name="hex">RRGGBB.</param>
    public static Rgba Hex(string hex)
    {
        var v = uint.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new Rgba((byte)(v >> 16), (byte)(v >> 8), (byte)v);
    }

    public Rgba WithAlpha(byte alpha) => this with { A = alpha };
}
