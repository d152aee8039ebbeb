using System.Text;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Prometheus;

public enum TextFormat
{
    /// <summary>text/plain; version=0.0.4: timestamps in milliseconds.</summary>
    Prometheus = 0,

    /// <summary>application/openmetrics-text: timestamps in seconds, exemplars, ends with <c># EOF</c>.</summary>
    OpenMetrics = 1,
}

/// <summary>Reads exposition text, scrape after scrape, of one target. A scrape after the first allocates nothing while the series stay the same.</summary>
/// <remarks>Exporters write their series in the same order every time: the series expected next is compared with the line's beginning, which
/// spares both the search for the series' end and the hash. A series out of turn is found by its text, and the order is picked up from there.
/// Timestamps on samples are checked and then ignored: the scrape's own time is the only clock (DESIGN section 2).</remarks>
public sealed class PrometheusText(SeriesTable table, Rejections rejections)
{
    private const int Lookahead = 64;

    private List<SeriesTable.Entry> _order = [];
    private List<SeriesTable.Entry> _next = [];
    private int _cursor;

    /// <summary>Appends the samples of one scrape to <paramref name="into"/>; a bad line is counted by reason and left out.</summary>
    public void Parse(ReadOnlySpan<byte> text, TextFormat format, List<Sample> into)
    {
        _cursor = 0;
        _next.Clear();
        var ended = false;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            line = Blanks.Trim(line);
            if (line.IsEmpty)
                continue;
            if (ended)
            {
                Reject("text after # EOF", line);
                break;
            }
            if (line[0] == '#')
                ended = format == TextFormat.OpenMetrics && line.SequenceEqual("# EOF"u8);
            else if (into.Count >= TextLimits.SamplesPerScrape)
            {
                Reject("too many samples in one scrape", line);
                break;
            }
            else
                Line(line, format, into);
        }
        if (format == TextFormat.OpenMetrics && !ended)
            rejections.Add("no # EOF at the end", "");
        (_order, _next) = (_next, _order);
    }

    /// <summary>Whether the first line that is no comment is a sample: a login page or another service's answer is not.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> text)
    {
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = Blanks.Trim(text[range]);
            if (line.IsEmpty || line[0] == '#')
                continue;
            var end = SeriesText.End(line);
            return end > 0 && SeriesText.Parse(line[..end], out _) is null && SampleText.Value(Blanks.TrimStart(line[end..]), TextFormat.OpenMetrics, out _) is null;
        }
        return false;
    }

    private void Line(ReadOnlySpan<byte> line, TextFormat format, List<Sample> into)
    {
        if (line.Length > TextLimits.Line)
        {
            Reject("line too long", line);
            return;
        }
        if (!Expected(line, out var entry))
        {
            var end = SeriesText.End(line);
            var why = end < 0 ? "no value" : Resolve(line[..end], out entry);
            if (why is not null)
            {
                Reject(why, line);
                return;
            }
        }
        var rest = line[entry.Text.Length..];
        if (rest.IsEmpty || (rest[0] is not ((byte)' ' or (byte)'\t') && line[entry.Text.Length - 1] != '}'))
        {
            Reject("no value", line);
            return;
        }
        var bad = SampleText.Value(Blanks.TrimStart(rest), format, out var value);
        if (bad is not null)
        {
            Reject(bad, line);
            return;
        }
        _next.Add(entry);
        into.Add(new Sample(entry.Series, value));
    }

    private bool Expected(ReadOnlySpan<byte> line, out SeriesTable.Entry entry)
    {
        entry = null!;
        if (_cursor >= _order.Count)
            return false;
        var expected = _order[_cursor];
        var length = expected.Text.Length;
        if (line.Length <= length || line[length] is not ((byte)' ' or (byte)'\t') || !line.StartsWith(expected.Text))
            return false;
        // 'a {x="1"} 1' begins with 'a ' too: a bare name may be followed by its labels.
        if (expected.Text[length - 1] != '}' && Blanks.TrimStart(line[length..]) is [(byte)'{', ..])
            return false;
        _cursor++;
        entry = expected;
        return true;
    }

    private string? Resolve(ReadOnlySpan<byte> text, out SeriesTable.Entry entry)
    {
        if (table.Find(text) is not { } known)
            return table.Add(text, out entry);
        entry = known;
        var last = Math.Min(_order.Count, _cursor + Lookahead);
        for (var i = _cursor; i < last; i++)
        {
            if (ReferenceEquals(_order[i], known))
            {
                _cursor = i + 1;
                break;
            }
        }
        return null;
    }

    private void Reject(string reason, ReadOnlySpan<byte> line) =>
        rejections.Add(reason, Encoding.UTF8.GetString(line[..Math.Min(line.Length, 120)]));
}
