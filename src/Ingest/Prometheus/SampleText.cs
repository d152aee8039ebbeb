namespace Tocsin.Ingest.Prometheus;

/// <summary>The part of a sample line behind its series.</summary>
internal static class SampleText
{
    /// <summary><c>value [timestamp] [# {exemplar labels} value [timestamp]]</c>. Null where it is that; else why not.</summary>
    public static string? Value(ReadOnlySpan<byte> text, TextFormat format, out double value)
    {
        value = 0;
        var end = text.IndexOfAny((byte)' ', (byte)'\t');
        if (!NumberText.TryParse(end < 0 ? text : text[..end], out value))
            return "not a number";
        if (end < 0)
            return null;
        var rest = Blanks.TrimStart(text[end..]);
        if (rest[0] != '#')
        {
            end = rest.IndexOfAny((byte)' ', (byte)'\t');
            if (!NumberText.TryParse(end < 0 ? rest : rest[..end], out var time) || !double.IsFinite(time)
                || (format == TextFormat.Prometheus && time != Math.Floor(time)))
                return "timestamp";
            if (end < 0)
                return null;
            rest = Blanks.TrimStart(rest[end..]);
        }
        return format == TextFormat.OpenMetrics && rest[0] == '#' ? null : "text after the value";
    }
}
