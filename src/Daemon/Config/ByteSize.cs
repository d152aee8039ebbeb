using System.Globalization;

namespace Tocsin.Daemon.Config;

/// <summary>Sizes as they are typed: <c>512KiB</c>, <c>16MiB</c>, <c>1.5GiB</c>, <c>2TiB</c>; <c>KB</c>, <c>MB</c>, <c>GB</c>, <c>TB</c> are powers of 1000; a bare number is bytes.</summary>
internal static class ByteSize
{
    private static readonly (string Suffix, long Bytes)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("B", 1),
    ];

    /// <summary>0 to 1,000 TiB.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var factor = 1L;
        foreach (var (suffix, size) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                continue;
            factor = size;
            text = text[..^suffix.Length].TrimEnd();
            break;
        }
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number * factor is not (>= 0 and <= 1.1e15))
            return false;
        bytes = (long)(number * factor);
        return true;
    }

    public static string Text(long bytes)
    {
        foreach (var (suffix, size) in Units.Take(4))
        {
            if (bytes >= size && bytes % size == 0)
                return $"{bytes / size}{suffix}";
        }
        return $"{bytes}B";
    }
}

internal static class Spans
{
    /// <summary>As <see cref="Shared.DurationText"/> reads it.</summary>
    public static string Text(TimeSpan span)
    {
        if (span < TimeSpan.FromSeconds(1))
            return $"{span.TotalMilliseconds:0.###}ms";
        foreach (var (suffix, seconds) in ((string, int)[])[("d", 86_400), ("h", 3600), ("m", 60)])
        {
            if (span.TotalSeconds >= seconds && span.TotalSeconds % seconds == 0)
                return $"{span.TotalSeconds / seconds:0}{suffix}";
        }
        return $"{span.TotalSeconds:0.###}s";
    }
}
