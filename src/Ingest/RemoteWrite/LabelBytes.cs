using System.Text;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Prometheus;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.RemoteWrite;

/// <summary>Reads the labels of a series, once per series.</summary>
internal static class LabelBytes
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Null where <paramref name="fields"/> (the <c>labels</c> fields of a <c>TimeSeries</c>, tags and all) are a series; else why they are none, one of <see cref="RejectReasons"/>.
    /// A label with an empty value is the same as none and is left out.</summary>
    /// <param name="malformed">True where the bytes are no protobuf: then the request is refused, not the series.</param>
    public static string? Parse(ReadOnlySpan<byte> fields, out SeriesId series, out bool malformed)
    {
        series = null!;
        malformed = false;
        var labels = new List<KeyValuePair<string, string>>();
        string? metric = null, why = null;
        ReadOnlySpan<byte> last = default;
        var reader = new ProtoReader(fields);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryTag(out _) || !reader.TryBytes(out var message) || !Pair(message, out var name, out var value))
            {
                malformed = true;
                return null;
            }
            why ??= Check(name, value, last, labels.Count);
            last = name;
            if (why is not null)
                continue;
            try
            {
                var text = Strict.GetString(value);
                if (name.SequenceEqual("__name__"u8))
                    metric = text;
                else if (text.Length > 0)
                    labels.Add(new(Encoding.ASCII.GetString(name), text));
            }
            catch (DecoderFallbackException)
            {
                why = RejectReasons.LabelText;
            }
        }
        if (why is not null)
            return why;
        if (metric is not { Length: > 0 })
            return RejectReasons.NoName;
        if (!SeriesText.IsName(Encoding.UTF8.GetBytes(metric), colon: true))
            return RejectReasons.MetricName;
        series = new SeriesId(metric, labels.ToArray());
        return null;
    }

    private static string? Check(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ReadOnlySpan<byte> last, int count)
    {
        if (count >= TextLimits.Labels)
            return RejectReasons.TooManyLabels;
        if (!SeriesText.IsName(name, colon: false))
            return RejectReasons.LabelName;
        if (value.Length > TextLimits.Value)
            return RejectReasons.LabelValue;
        var order = last.SequenceCompareTo(name);
        return order < 0 ? null : order == 0 ? RejectReasons.LabelTwice : RejectReasons.LabelOrder;
    }

    private static bool Pair(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        var reader = new ProtoReader(message);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryTag(out var tag))
                return false;
            var ok = tag switch
            {
                0x0a => reader.TryBytes(out name),
                0x12 => reader.TryBytes(out value),
                // A known field of another type.
                < 0x18 => false,
                _ => reader.TrySkip(tag),
            };
            if (!ok)
                return false;
        }
        return true;
    }
}
