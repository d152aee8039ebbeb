using System.Text;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Prometheus;

/// <summary>Every series that a source has named, once: by its text as it came, and by its meaning (the same labels in another order).</summary>
/// <remarks>One source, one table, shared by its nodes. Not thread-safe.</remarks>
public sealed class SeriesTable(int maxSeries = TextLimits.Series)
{
    private readonly Dictionary<byte[], Entry> _byText = new(new BytesComparer());
    private readonly Dictionary<string, SeriesId> _byMeaning = new(StringComparer.Ordinal);

    /// <summary>Texts, not meanings: what memory follows.</summary>
    public int Count => _byText.Count;

    internal sealed record Entry(byte[] Text, SeriesId Series);

    internal Entry? Find(ReadOnlySpan<byte> text) =>
        _byText.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(text, out var entry) ? entry : null;

    /// <summary>Null where the text was taken in; else why not.</summary>
    internal string? Add(ReadOnlySpan<byte> text, out Entry entry)
    {
        entry = null!;
        if (_byText.Count >= maxSeries)
            return "too many series";
        var why = SeriesText.Parse(text, out var series);
        if (why is not null)
            return why;
        entry = new Entry(text.ToArray(), Intern(series));
        _byText.Add(entry.Text, entry);
        return null;
    }

    private SeriesId Intern(SeriesId series)
    {
        // A value may hold anything, so its length is part of the key: no two meanings share one.
        var key = new StringBuilder(series.Name);
        foreach (var (name, value) in series.Labels)
            key.Append('\u0001').Append(name).Append('\u0002').Append(value.Length).Append('\u0002').Append(value);
        var text = key.ToString();
        if (_byMeaning.TryGetValue(text, out var known))
            return known;
        _byMeaning.Add(text, series);
        return series;
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => GetHashCode(bytes.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        // Salted per process by the BCL, so that chosen label values cannot pile up in one bucket.
        public int GetHashCode(ReadOnlySpan<byte> bytes)
        {
            var hash = new HashCode();
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
