using System.Text;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Prometheus;

/// <summary>The part of a sample line before its value: <c>name</c> or <c>name{label="value",...}</c>.</summary>
internal static class SeriesText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Where the series ends and its value may begin, or -1 where braces or quotes stay open.</summary>
    public static int End(ReadOnlySpan<byte> line)
    {
        var at = line.IndexOfAny((byte)'{', (byte)' ', (byte)'\t');
        if (at < 0)
            return -1;
        // 0.0.4 allows blanks between the name and the brace.
        var brace = at;
        while (brace < line.Length && line[brace] is (byte)' ' or (byte)'\t')
            brace++;
        if (brace == line.Length || line[brace] != '{')
            return at;
        var quoted = false;
        for (var i = brace + 1; i < line.Length; i++)
        {
            if (quoted && line[i] == '\\')
                i++;
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == '}' && !quoted)
                return i + 1;
        }
        return -1;
    }

    /// <summary>Null where <paramref name="text"/> is a series, which then stands in <paramref name="series"/> with its labels sorted; else why not.
    /// A label with an empty value is the same as none and is left out.</summary>
    public static string? Parse(ReadOnlySpan<byte> text, out SeriesId series)
    {
        series = null!;
        var brace = text.IndexOf((byte)'{');
        var name = Blanks.Trim(brace < 0 ? text : text[..brace]);
        if (!IsName(name, colon: true))
            return "name of a metric";
        var labels = new List<KeyValuePair<string, string>>();
        if (brace >= 0)
        {
            var why = Labels(text[(brace + 1)..^1], labels);
            if (why is not null)
                return why;
        }
        labels.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        for (var i = 1; i < labels.Count; i++)
        {
            if (labels[i].Key == labels[i - 1].Key)
                return "label stands twice";
        }
        labels.RemoveAll(l => l.Value.Length == 0);
        series = new SeriesId(Encoding.ASCII.GetString(name), labels.ToArray());
        return null;
    }

    private static string? Labels(ReadOnlySpan<byte> text, List<KeyValuePair<string, string>> into)
    {
        var value = new byte[256];
        while (true)
        {
            text = Blanks.TrimStart(text);
            if (text.IsEmpty)
                return null;
            var equals = text.IndexOf((byte)'=');
            if (equals < 0)
                return "label without a value";
            var name = Blanks.Trim(text[..equals]);
            if (!IsName(name, colon: false))
                return "name of a label";
            text = Blanks.TrimStart(text[(equals + 1)..]);
            if (text.IsEmpty || text[0] != '"')
                return "label without a value";
            var length = Unquote(text[1..], ref value, out var used);
            if (length < 0)
                return "value of a label";
            if (into.Count == TextLimits.Labels)
                return "too many labels";
            try
            {
                into.Add(new(Encoding.ASCII.GetString(name), Strict.GetString(value.AsSpan(0, length))));
            }
            catch (DecoderFallbackException)
            {
                return "label is not UTF-8";
            }
            text = Blanks.TrimStart(text[(1 + used)..]);
            if (text.IsEmpty)
                return null;
            if (text[0] != ',')
                return "no comma between labels";
            text = text[1..];
        }
    }

    /// <summary>Undoes <c>\\</c>, <c>\"</c> and <c>\n</c> up to the closing quote; another escape stands for itself, as Prometheus has it.
    /// The length of the value, or -1 where it is too long or does not end.</summary>
    private static int Unquote(ReadOnlySpan<byte> text, ref byte[] value, out int used)
    {
        used = 0;
        var n = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                used = i + 1;
                return n;
            }
            if (n + 2 > value.Length)
            {
                if (value.Length >= TextLimits.Value)
                    return -1;
                Array.Resize(ref value, Math.Min(value.Length * 2, TextLimits.Value));
            }
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length)
            {
                c = text[++i];
                if (c == 'n')
                    c = (byte)'\n';
                else if (c is not ((byte)'\\' or (byte)'"'))
                    value[n++] = (byte)'\\';
            }
            value[n++] = c;
        }
        return -1;
    }

    public static bool IsName(ReadOnlySpan<byte> name, bool colon)
    {
        if (name.Length is 0 or > TextLimits.Name || char.IsAsciiDigit((char)name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c != '_' && !(colon && c == ':'))
                return false;
        }
        return true;
    }
}
