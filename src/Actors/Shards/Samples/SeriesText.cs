using System.Diagnostics.CodeAnalysis;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Shards.Samples;

/// <summary>Series are the same where their names and labels are, whoever made the objects.</summary>
internal sealed class SeriesText : IEqualityComparer<SeriesId>
{
    public static readonly SeriesText Comparer = new();

    public bool Equals(SeriesId? x, SeriesId? y)
    {
        if (ReferenceEquals(x, y))
            return true;
        if (x is null || y is null || x.Name != y.Name || x.Labels.Count != y.Labels.Count)
            return false;
        for (var i = 0; i < x.Labels.Count; i++)
        {
            if (x.Labels[i].Key != y.Labels[i].Key || x.Labels[i].Value != y.Labels[i].Value)
                return false;
        }
        return true;
    }

    /// <summary>FNV-1a over the characters: it orders nothing and is stored nowhere, and is the same in every run all the same.</summary>
    public int GetHashCode([DisallowNull] SeriesId series)
    {
        var hash = Add(2166136261, series.Name);
        for (var i = 0; i < series.Labels.Count; i++)
            hash = Add(Add(hash, series.Labels[i].Key), series.Labels[i].Value);
        return (int)hash;
    }

    private static uint Add(uint hash, string text)
    {
        foreach (var c in text)
            hash = (hash ^ c) * 16777619;
        return (hash ^ 0xffff) * 16777619;
    }
}
