namespace Tocsin.Ingest.RemoteWrite;

/// <summary>From the hash of a series' labels to its node and series: flat memory without references, 24 bytes a slot, at most 60 % full.</summary>
/// <remarks>Many readers, one writer (who holds the owner's lock). A slot is written once: its contents first and then, with release, the half of the
/// hash that readers look for with acquire, so that a reader sees all of a slot or none of it. Nothing is ever taken out: what is to be forgotten
/// is left out of the next map, and a reader who still holds this one finds in it what it would have found a moment earlier.</remarks>
internal sealed class SeriesMap
{
    private readonly Slot[] _slots;
    private readonly int _mask;

    public SeriesMap(int capacity)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, capacity / 3L * 5));
        _slots = new Slot[size];
        _mask = size - 1;
        Capacity = (int)(size * 0.6);
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    public bool IsFull => Count >= Capacity;

    /// <param name="turn">When it is looked up, in turns of the owner's clock that wrap around.</param>
    public bool TryFind(ulong high, uint low, ushort turn, out int node, out int series)
    {
        high |= 1;
        for (var at = Home(high); ; at = (at + 1) & _mask)
        {
            ref var slot = ref _slots[at];
            var seen = Volatile.Read(ref slot.High);
            if (seen == high && slot.Low == low)
            {
                (node, series) = (slot.Node, slot.Series);
                // Two readers write the same; a sweep that just misses it forgets a series that is back with its next sample.
                if (slot.Used != turn)
                    slot.Used = turn;
                return true;
            }
            if (seen == 0)
            {
                node = series = 0;
                return false;
            }
        }
    }

    /// <summary>Only where it is not there yet and the map is not full.</summary>
    public void Add(ulong high, uint low, ushort turn, int node, int series)
    {
        high |= 1;
        var at = Home(high);
        while (_slots[at].High != 0)
            at = (at + 1) & _mask;
        ref var slot = ref _slots[at];
        (slot.Low, slot.Node, slot.Series, slot.Used) = (low, node, series, turn);
        Volatile.Write(ref slot.High, high);
        Count++;
    }

    /// <summary>Everything that was looked up within the last <paramref name="keep"/> turns.</summary>
    public IEnumerable<(ulong High, uint Low, ushort Used, int Node, int Series)> Recent(ushort turn, int keep)
    {
        foreach (var slot in _slots)
        {
            if (slot.High != 0 && (ushort)(turn - slot.Used) <= keep)
                yield return (slot.High, slot.Low, slot.Used, slot.Node, slot.Series);
        }
    }

    private int Home(ulong high) => (int)(high >> 33) & _mask;

    private struct Slot
    {
        public ulong High;
        public uint Low;
        public int Node;
        public int Series;
        public ushort Used;
    }
}
