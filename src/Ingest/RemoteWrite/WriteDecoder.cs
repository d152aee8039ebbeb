using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Sources;

namespace Tocsin.Ingest.RemoteWrite;

/// <summary>Reads one <c>prometheus.WriteRequest</c> at a time into columns: a node, a series, a time and a value a sample. Not thread-safe; used again and again.</summary>
/// <remarks>A series' labels are hashed as they stand and looked up; nothing is allocated once the columns have grown and the series are known.
/// Whole or not at all: where the message is damaged nothing of it counts.</remarks>
internal sealed class WriteDecoder(SeriesCache cache, SeriesIdentity identity, RemoteWriteLimits limits)
{
    private const uint TagTimeseries = 0x0a;
    private const uint TagMetadata = 0x1a;
    private const uint TagLabel = 0x0a;
    private const uint TagSample = 0x12;
    private const uint TagExemplar = 0x1a;
    private const uint TagHistogram = 0x22;

    private SampleRow[] _rows = new SampleRow[2048];
    private byte[] _gathered = [];
    private int _turn;
    private int _guess;

    /// <summary>The numbers in the rows are of this one.</summary>
    public KnownSeries Known { get; private set; } = cache.Known;

    public int Count { get; private set; }

    public Span<SampleRow> Rows => _rows.AsSpan(0, Count);

    public int Capacity => _rows.Length;

    public int Series { get; private set; }

    public int Exemplars { get; private set; }

    public int Histograms { get; private set; }

    public int Metadata { get; private set; }

    /// <summary>Null where <paramref name="message"/> was read; else why it is no request.</summary>
    public string? Read(ReadOnlySpan<byte> message, DateTimeOffset now)
    {
        _turn = SeriesCache.TurnOf(now);
        string? why;
        do
        {
            Known = cache.Known;
            Count = Series = Exemplars = Histograms = Metadata = 0;
        }
        while (!Pass(message, out why));
        return why;
    }

    /// <summary>False where what is known was swept meanwhile: the numbers so far say nothing any more. Sweeps lie a minute apart, so this ends.</summary>
    private bool Pass(ReadOnlySpan<byte> message, out string? why)
    {
        why = null;
        var reader = new ProtoReader(message);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryTag(out var tag))
                why = "protobuf: damaged";
            else if (tag == TagTimeseries)
            {
                if (!reader.TryBytes(out var series))
                    why = "protobuf: damaged";
                else if (!OneSeries(series, ref why))
                    return false;
            }
            else if (!reader.TrySkip(tag) || tag >> 3 == TagTimeseries >> 3)
                why = "protobuf: damaged";
            else if (tag == TagMetadata)
                Metadata++;
            if (why is not null)
                return true;
        }
        return true;
    }

    private bool OneSeries(ReadOnlySpan<byte> series, ref string? why)
    {
        Series++;
        var first = Count;
        var labels = LeadingLabels(series);
        var scattered = false;
        if (labels < 0 || !Rest(series[labels..], out scattered, ref why))
            why ??= "protobuf: damaged";
        if (why is not null || Count == first)
            return true;
        var key = scattered ? Gather(series) : series[..labels];
        var (high, low) = cache.Hash(key);
        if (!Known.Map.TryFind(high, low, (ushort)_turn, ref _guess, out var node, out var number))
        {
            var bad = LabelBytes.Parse(key, out var raw, out var malformed);
            if (malformed)
            {
                why = "protobuf: damaged";
                return true;
            }
            OwnedSeries owned = default;
            bad ??= identity.Map(raw, out owned);
            if (!cache.TryAdd(Known, high, low, _turn, bad, owned, out node, out number))
                return false;
        }
        foreach (ref var row in _rows.AsSpan(first, Count - first))
            (row.Node, row.Series) = (node, number);
        return true;
    }

    /// <summary>Where the labels end that stand at the start, as every sender has it; -1 where they run over the end.</summary>
    private static int LeadingLabels(ReadOnlySpan<byte> series)
    {
        var at = 0;
        while (at < series.Length && series[at] == TagLabel)
        {
            // One or two bytes of length do for 16 KB.
            if (at + 2 >= series.Length)
                return -1;
            int length = series[at + 1];
            if (length < 0x80)
                at += 2 + length;
            else if (series[at + 2] < 0x80)
                at += 3 + (length & 0x7f | series[at + 2] << 7);
            else
            {
                var reader = new ProtoReader(series[at..]);
                if (!reader.TryTag(out _) || !reader.TryBytes(out _))
                    return -1;
                at += reader.At;
            }
        }
        return at <= series.Length ? at : -1;
    }

    private bool Rest(ReadOnlySpan<byte> fields, out bool scattered, ref string? why)
    {
        scattered = false;
        var reader = new ProtoReader(fields);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryTag(out var tag))
                return false;
            if (tag == TagSample)
            {
                if (Count == limits.Samples)
                {
                    why = "more samples than are taken in one request";
                    return true;
                }
                if (Count == _rows.Length)
                    Array.Resize(ref _rows, _rows.Length * 2);
                if (!reader.TryBytes(out var sample) || !Sample(sample, ref _rows[Count++]))
                    return false;
                continue;
            }
            scattered |= tag == TagLabel;
            if (tag == TagExemplar)
                Exemplars++;
            else if (tag == TagHistogram)
                Histograms++;
            // A known field of another type is damage; an unknown field is skipped.
            else if (tag != TagLabel && tag >> 3 is >= 1 and <= 4)
                return false;
            if (!reader.TrySkip(tag))
                return false;
        }
        return true;
    }

    private static bool Sample(ReadOnlySpan<byte> sample, ref SampleRow row)
    {
        // What is 0 is not written.
        (row.Value, row.TimeMs) = (0, 0);
        var reader = new ProtoReader(sample);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryTag(out var tag))
                return false;
            ulong bits;
            if (tag == 0x09)
            {
                if (!reader.TryFixed64(out bits))
                    return false;
                row.Value = BitConverter.UInt64BitsToDouble(bits);
            }
            else if (tag == 0x10)
            {
                if (!reader.TryVarint(out bits))
                    return false;
                row.TimeMs = (long)bits;
            }
            else if (tag < 0x18 || !reader.TrySkip(tag))
                return false;
        }
        return true;
    }

    /// <summary>The labels of a series in which other fields stand between them: legal, and never seen.</summary>
    private ReadOnlySpan<byte> Gather(ReadOnlySpan<byte> series)
    {
        if (_gathered.Length < series.Length)
            _gathered = new byte[series.Length];
        var length = 0;
        var reader = new ProtoReader(series);
        while (!reader.IsAtEnd)
        {
            var from = reader.At;
            // Read before without complaint.
            reader.TryTag(out var tag);
            reader.TrySkip(tag);
            if (tag != TagLabel)
                continue;
            series[from..reader.At].CopyTo(_gathered.AsSpan(length));
            length += reader.At - from;
        }
        return _gathered.AsSpan(0, length);
    }
}
