using System.Collections.Concurrent;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes.Records;

/// <summary>The numbers that one writer gives series, and in which partitions the log is known to say what they mean. Any thread.</summary>
/// <remarks>
/// Series stand in the order in which they came up, and scrapes keep their order: the one behind the last one found is tried first, and most are found so.
/// An entry is written once, its series last and with release; a reader who sees the series sees its number. An array that was outgrown lacks the newest series and
/// nothing else; those are then found by the table.
/// Marked as explained only after the log's answer, so a number may be explained more often than needed, and is never used without.
/// </remarks>
/// <param name="partitions">Of the topic that the numbers stand in.</param>
internal sealed class SeriesNumbers(Func<SeriesId, bool> wanted, int partitions)
{
    private const int Unwanted = -1;

    /// <summary>As many as a shard remembers of a session.</summary>
    private const int Most = Shard.SeriesSessions.MaxSeries;

    private readonly ConcurrentDictionary<SeriesId, int> _places = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _lock = new();
    private readonly ulong[][] _explained = [.. Enumerable.Range(0, partitions).Select(_ => Array.Empty<ulong>())];
    private volatile Entry[] _entries = new Entry[1024];
    private int _count;
    private int _next;

    private struct Entry
    {
        public SeriesId? Series;
        public int Number;
    }

    /// <summary>Below 0: the series is not to be logged.</summary>
    /// <param name="guess">Where to look first; afterwards, where the next one is likely to stand. Any number will do.</param>
    public int Of(SeriesId series, ref int guess)
    {
        var entries = _entries;
        if ((uint)guess < (uint)entries.Length && ReferenceEquals(Volatile.Read(ref entries[guess].Series), series))
            return entries[guess++].Number;
        if (_places.TryGetValue(series, out var place) || TryAdd(series, out place))
        {
            guess = place + 1;
            // The place was made known after the array that holds it.
            return _entries[place].Number;
        }
        return Unwanted;
    }

    public bool IsExplained(int partition, int number)
    {
        var bits = Volatile.Read(ref _explained[partition]);
        return number >> 6 < bits.Length && (Volatile.Read(ref bits[number >> 6]) >> (number & 63) & 1) != 0;
    }

    public void Explained(int partition, IEnumerable<int> numbers)
    {
        lock (_lock)
        {
            foreach (var number in numbers)
            {
                if (number >> 6 >= _explained[partition].Length)
                {
                    var bits = _explained[partition];
                    Array.Resize(ref bits, Math.Max(16, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(number >> 6) + 1)));
                    Volatile.Write(ref _explained[partition], bits);
                }
                Interlocked.Or(ref _explained[partition][number >> 6], 1ul << (number & 63));
            }
        }
    }

    private bool TryAdd(SeriesId series, out int place)
    {
        lock (_lock)
        {
            if (_places.TryGetValue(series, out place))
                return true;
            if (_count >= 2 * Most)
                return false;
            if (_count == _entries.Length)
            {
                var larger = new Entry[_entries.Length * 2];
                _entries.CopyTo(larger, 0);
                _entries = larger;
            }
            place = _count++;
            _entries[place].Number = wanted(series) && _next < Most ? _next++ : Unwanted;
            Volatile.Write(ref _entries[place].Series, series);
            _places[series] = place;
            return true;
        }
    }
}
