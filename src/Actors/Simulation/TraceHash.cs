namespace Tocsin.Actors.Simulation;

/// <summary>FNV-1a over 64 bits (Fowler, Noll, Vo): the same on every machine and in every process, unlike string.GetHashCode.</summary>
internal struct TraceHash()
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public ulong Value { get; private set; } = Offset;

    public static ulong Of(string text)
    {
        var hash = new TraceHash();
        hash.Add(text);
        return hash.Value;
    }

    public void Add(ulong number)
    {
        for (var shift = 0; shift < 64; shift += 8)
            Value = (Value ^ ((number >> shift) & 0xFF)) * Prime;
    }

    public void Add(string text)
    {
        foreach (var c in text)
            Value = (((Value ^ (c & 0xFFu)) * Prime) ^ (uint)(c >> 8)) * Prime;
        Add((ulong)text.Length);
    }
}
