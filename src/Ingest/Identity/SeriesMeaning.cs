using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Identity;

/// <summary>Two series are one where names and labels are; the labels are sorted.</summary>
internal sealed class SeriesMeaning : IEqualityComparer<SeriesId>
{
    public static SeriesMeaning Comparer { get; } = new();

    public bool Equals(SeriesId? x, SeriesId? y)
    {
        if (x is null || y is null || x.Name != y.Name || x.Labels.Count != y.Labels.Count)
            return ReferenceEquals(x, y);
        for (var i = 0; i < x.Labels.Count; i++)
        {
            if (x.Labels[i].Key != y.Labels[i].Key || x.Labels[i].Value != y.Labels[i].Value)
                return false;
        }
        return true;
    }

    // Finds a place in a table and nothing else: it may differ from run to run.
    public int GetHashCode(SeriesId series)
    {
        var hash = new HashCode();
        hash.Add(series.Name);
        foreach (var (key, value) in series.Labels)
        {
            hash.Add(key);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }
}
