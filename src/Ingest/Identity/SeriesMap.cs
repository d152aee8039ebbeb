namespace Tocsin.Ingest.Identity;

/// <summary>From the hash of a series' labels to its node and series: flat memory without references, 24 bytes a series and 4 to 8 of index.</summary>
/// <remarks>Entries stand in the order in which they came up, and senders keep their order: the entry behind the last one found is tried first, and memory is then
/// read in sequence. Many readers, one writer (who holds the owner's lock): an entry is written once, before, with release, its number appears in the index and
/// the count, which readers read with acquire. Nothing is ever taken out: what is to be forgotten is left out of the next map, and a reader who still
/// holds this one finds in it what it would have found a moment earlier.</remarks>
internal sealed class SeriesMap
{
    private readonly Entry[] _entries;
    private readonly int[] _index;
    private readonly int _mask;
    private int _count;

    public SeriesMap(int capacity)
    {
        _entries = new Entry[Math.Max(1024, capacity)];
        _index = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(_entries.Length * 1.4))];
        _mask = _index.Length - 1;
    }

    public int Capacity => _entries.Length;

    public int Count => Volatile.Read(ref _count);

    public bool IsFull => _count == _entries.Length;

    /// <param name="turn">When it is looked up, in turns of the owner's clock that wrap around.</param>
    /// <param name="guess">Where to look first; afterwards, where the next one is likely to stand. Any number will do.</param>
    public bool TryFind(ulong high, uint low, ushort turn, ref int guess, out int node, out int series)
    {
        if ((uint)guess < (uint)Count && _entries[guess].Is(high, low))
        {
            Found(ref _entries[guess++], turn, out node, out series);
            return true;
        }
        for (var at = (int)high & _mask; ; at = (at + 1) & _mask)
        {
            // Numbers stand with 1 added: 0 is an empty place.
            var number = Volatile.Read(ref _index[at]);
            if (number == 0)
            {
                node = series = 0;
                return false;
            }
            ref var entry = ref _entries[number - 1];
            if (!entry.Is(high, low))
                continue;
            guess = number;
            Found(ref entry, turn, out node, out series);
            return true;
        }
    }

    /// <summary>Only where it is not there yet and the map is not full.</summary>
    public void Add(ulong high, uint low, ushort turn, int node, int series)
    {
        _entries[_count] = new Entry { High = high, Low = low, Node = node, Series = series, Used = turn };
        var at = (int)high & _mask;
        while (_index[at] != 0)
            at = (at + 1) & _mask;
        Volatile.Write(ref _index[at], _count + 1);
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Everything that was looked up within the last <paramref name="keep"/> turns, in its order.</summary>
    public IEnumerable<(ulong High, uint Low, ushort Used, int Node, int Series)> Recent(ushort turn, int keep)
    {
        for (var i = 0; i < _count; i++)
        {
            var entry = _entries[i];
            if ((ushort)(turn - entry.Used) <= keep)
                yield return (entry.High, entry.Low, entry.Used, entry.Node, entry.Series);
        }
    }

    private static void Found(ref Entry entry, ushort turn, out int node, out int series)
    {
        (node, series) = (entry.Node, entry.Series);
        // Two readers write the same; a sweep that just misses it forgets a series that is back with its next sample.
        if (entry.Used != turn)
            entry.Used = turn;
    }

    private struct Entry
    {
        public ulong High;
        public uint Low;
        public int Node;
        public int Series;
        public ushort Used;

        public readonly bool Is(ulong high, uint low) => High == high && Low == low;
    }
}
