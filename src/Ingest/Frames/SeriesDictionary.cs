using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Frames;

/// <summary>Every series of a shard, numbered from 0 in the order in which they came. Shared by all of its nodes; only ever grows. One thread at a time.</summary>
public sealed class SeriesDictionary
{
    private readonly List<SeriesId> _series = [];
    private readonly Dictionary<SeriesId, int> _numbers = new(ReferenceEqualityComparer.Instance);

    public int Count => _series.Count;

    public SeriesId this[int number] => _series[number];

    /// <summary>Its number, a new one where it had none.</summary>
    /// <param name="series">Told from others by reference: interned by who reads it.</param>
    public int NumberOf(SeriesId series)
    {
        if (_numbers.TryGetValue(series, out var number))
            return number;
        _numbers.Add(series, number = _series.Count);
        _series.Add(series);
        return number;
    }
}
