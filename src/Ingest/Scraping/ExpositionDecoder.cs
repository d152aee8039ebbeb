using System.Text;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Prometheus;
using Tocsin.Ingest.Sources;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Scraping;

/// <summary>What is remembered of a target from scrape to scrape.</summary>
/// <param name="Labels">Its labels, and so whose its series are.</param>
internal sealed record TargetMemory(string Key, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Mixed into the hash of every series: the same text on two targets is two series.</summary>
    public (ulong High, uint Low)? Salt { get; set; }

    /// <summary>Where its first series was found last time.</summary>
    public int First { get; set; }
}

/// <summary>Reads exposition text of many targets into rows, against one table of known series. Not thread-safe; used again and again.</summary>
/// <remarks>Timestamps on samples are checked and then ignored: the scrape's own time is the only clock (DESIGN section 2).</remarks>
internal sealed class ExpositionDecoder(SeriesCache cache, SeriesIdentity identity)
{
    private readonly Dictionary<string, int> _rejected = new(StringComparer.Ordinal);
    private SampleRow[] _rows = new SampleRow[2048];
    private int _count;
    private int _guess;

    public KnownSeries Known { get; private set; } = cache.Known;

    public ReadOnlySpan<SampleRow> Rows => _rows.AsSpan(0, _count);

    /// <summary>Lines that are no samples, by reason.</summary>
    public IReadOnlyDictionary<string, int> Rejected => _rejected;

    /// <param name="up">Whether the scrape worked; becomes a sample of its own, <c>up</c>.</param>
    public void Read(ReadOnlySpan<byte> text, TextFormat format, bool up, TargetMemory target, DateTimeOffset now)
    {
        target.Salt ??= cache.Hash(Encoding.UTF8.GetBytes(target.Key));
        do
        {
            Known = cache.Known;
            _count = 0;
            _rejected.Clear();
            _guess = target.First;
        }
        while (!Pass(text, format, up, target, now));
    }

    /// <summary>False where what is known was swept meanwhile. Sweeps lie a minute apart, so this ends.</summary>
    private bool Pass(ReadOnlySpan<byte> text, TextFormat format, bool up, TargetMemory target, DateTimeOffset now)
    {
        var ended = false;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = Blanks.Trim(end < 0 ? text : text[..end]);
            text = end < 0 ? [] : text[(end + 1)..];
            if (line.IsEmpty)
                continue;
            if (ended)
            {
                Reject("text after # EOF");
                break;
            }
            if (line[0] == '#')
                ended = format == TextFormat.OpenMetrics && line.SequenceEqual("# EOF"u8);
            else if (_count >= TextLimits.SamplesPerScrape)
            {
                Reject("too many samples in one scrape");
                break;
            }
            else if (!Line(line, format, target, now))
                return false;
        }
        return Line(up ? "up 1"u8 : "up 0"u8, format, target, now);
    }

    private bool Line(ReadOnlySpan<byte> line, TextFormat format, TargetMemory target, DateTimeOffset now)
    {
        var end = line.Length > TextLimits.Line ? 0 : SeriesText.End(line);
        if (end <= 0)
        {
            Reject(end < 0 ? "no value" : "line too long");
            return true;
        }
        if (SampleText.Value(Blanks.TrimStart(line[end..]), format, out var value) is { } bad)
        {
            Reject(bad);
            return true;
        }
        if (!Find(line[..end], target, now, out var node, out var series))
            return false;
        if (_count == _rows.Length)
            Array.Resize(ref _rows, _rows.Length * 2);
        _rows[_count++] = new SampleRow { Node = node, Series = series, TimeMs = now.ToUnixTimeMilliseconds(), Value = value };
        return true;
    }

    private bool Find(ReadOnlySpan<byte> text, TargetMemory target, DateTimeOffset now, out int node, out int series)
    {
        var (high, low) = cache.Hash(text);
        (high, low) = (high ^ target.Salt!.Value.High, low ^ target.Salt.Value.Low);
        var turn = SeriesCache.TurnOf(now);
        if (Known.Map.TryFind(high, low, (ushort)turn, ref _guess, out node, out series))
        {
            if (_count == 0)
                target.First = _guess - 1;
            return true;
        }
        var why = SeriesText.Parse(text, out var raw);
        OwnedSeries owned = default;
        why = why is not null ? Reason(why) : identity.Map(raw, out owned, target.Labels);
        return cache.TryAdd(Known, high, low, turn, why, owned, out node, out series);
    }

    private static string Reason(string why) => why is "value of a label" or "label without a value" or "no comma between labels" ? RejectReasons.LabelSyntax : why;

    private void Reject(string why) => _rejected[why] = _rejected.GetValueOrDefault(why) + 1;
}
