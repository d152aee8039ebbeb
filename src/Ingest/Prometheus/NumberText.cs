using System.Globalization;

namespace Tocsin.Ingest.Prometheus;

/// <summary>Decimal text to double, correctly rounded.</summary>
/// <remarks>Digits up to 2^53 with a power of ten up to 22 are exact in a double, and one multiplication or division of two exact
/// doubles rounds once (W. D. Clinger, How to read floating point numbers accurately, 1990). Exporters write little else; the rest goes to the BCL.</remarks>
public static class NumberText
{
    public const int MaxLength = 64;

    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Accepts decimal numbers, NaN, Inf and Infinity (any case, signed); nothing around them, no hexadecimal, no separators.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.Length is 0 or > MaxLength)
            return false;
        var at = 0;
        var negative = text[0] == '-';
        if (text[0] is (byte)'-' or (byte)'+')
            at++;
        ulong digits = 0;
        int seen = 0, significant = 0, scale = 0;
        var point = false;
        for (; at < text.Length; at++)
        {
            var c = (uint)(text[at] - '0');
            if (c <= 9)
            {
                seen++;
                if (point)
                    scale--;
                if (significant == 0 && c == 0)
                    continue;
                if (++significant <= 19)
                    digits = digits * 10 + c;
            }
            else if (text[at] == '.' && !point)
                point = true;
            else
                break;
        }
        if (seen == 0)
            return IsWord(text, out value);
        if (at < text.Length && !TryExponent(text[at..], ref scale))
            return false;
        if (significant <= 19 && digits <= 1UL << 53 && scale is >= -22 and <= 22)
        {
            value = scale < 0 ? digits / PowersOfTen[-scale] : digits * PowersOfTen[scale];
            if (negative)
                value = -value;
            return true;
        }
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, ref int scale)
    {
        if (text[0] is not ((byte)'e' or (byte)'E') || text.Length < 2)
            return false;
        var at = text[1] is (byte)'-' or (byte)'+' ? 2 : 1;
        if (at == text.Length)
            return false;
        var exponent = 0;
        for (var i = at; i < text.Length; i++)
        {
            var c = text[i] - '0';
            if (c is < 0 or > 9)
                return false;
            exponent = Math.Min(exponent * 10 + c, 100_000);
        }
        scale += text[1] == '-' ? -exponent : exponent;
        return true;
    }

    private static bool IsWord(ReadOnlySpan<byte> text, out double value)
    {
        var sign = text[0] == '-' ? -1 : 1;
        var word = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        value = double.NaN;
        if (Is(word, "nan"u8))
            return true;
        value = sign * double.PositiveInfinity;
        return Is(word, "inf"u8) || Is(word, "infinity"u8);
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> lower)
    {
        if (word.Length != lower.Length)
            return false;
        for (var i = 0; i < word.Length; i++)
        {
            if ((word[i] | 0x20) != lower[i])
                return false;
        }
        return true;
    }
}
