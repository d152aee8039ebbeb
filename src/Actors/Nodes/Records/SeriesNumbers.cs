using System.Collections.Concurrent;
using Tocsin.Actors.Log;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes.Records;

/// <summary>The numbers that one writer gives series, and in which partitions the log is known to say what they mean. Any thread.</summary>
/// <remarks>Marked only after the log's answer, so a number may be explained more often than needed, and is never used without.</remarks>
internal sealed class SeriesNumbers(Func<SeriesId, bool> wanted)
{
    private const int Unwanted = -1;

    /// <summary>As many as a shard remembers of a session.</summary>
    private const int Most = Shard.SeriesSessions.MaxSeries;

    private readonly ConcurrentDictionary<SeriesId, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<TopicPartition, ConcurrentDictionary<int, bool>> _explained = new();
    private int _next;

    /// <summary>Below 0: the series is not to be logged.</summary>
    public int Of(SeriesId series)
    {
        if (_numbers.TryGetValue(series, out var number))
            return number;
        if (_numbers.Count >= 2 * Most || !wanted(series))
            return _numbers.Count >= 2 * Most ? Unwanted : _numbers.GetOrAdd(series, Unwanted);
        return _numbers.GetOrAdd(series, static (_, of) => of.Take(), this);
    }

    public bool IsExplained(TopicPartition at, int number) => _explained.TryGetValue(at, out var known) && known.ContainsKey(number);

    public void Explained(TopicPartition at, IEnumerable<int> numbers)
    {
        var known = _explained.GetOrAdd(at, static _ => new ConcurrentDictionary<int, bool>());
        foreach (var number in numbers)
            known[number] = true;
    }

    /// <summary>A number that two threads took for one series is lost; there are enough.</summary>
    private int Take()
    {
        var number = Interlocked.Increment(ref _next) - 1;
        return number < Most ? number : Unwanted;
    }
}
