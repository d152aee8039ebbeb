using System.Collections.Concurrent;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Shards.Samples;

/// <summary>One writer's numbers for series in one partition. A number is there for others only when its definition is in the log, so no record can come before what it needs.</summary>
/// <remarks>Looked up by reference first: sources keep their objects. Reading needs no lock; defining is done by one at a time.</remarks>
internal sealed class PartitionSeries
{
    /// <summary>Objects known by reference; a source that makes new ones all the time must not fill the memory.</summary>
    private const int MostReferences = 4_000_000;

    private readonly ConcurrentDictionary<SeriesId, int> _byReference = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<SeriesId, int> _byText = new(SeriesText.Comparer);

    public PartitionSeries(long session) => Session = session;

    public long Session { get; }

    public int Next { get; private set; }

    /// <summary>-1 where it is not defined yet.</summary>
    public int NumberOf(SeriesId series)
    {
        if (_byReference.TryGetValue(series, out var number))
            return number;
        if (!_byText.TryGetValue(series, out number))
            return -1;
        if (_byReference.Count >= MostReferences)
            _byReference.Clear();
        _byReference[series] = number;
        return number;
    }

    /// <summary>Their definitions are in the log, numbered from <see cref="Next"/> on.</summary>
    public void Defined(ReadOnlySpan<SeriesId> series)
    {
        foreach (var one in series)
            _byText[one] = Next++;
    }
}
