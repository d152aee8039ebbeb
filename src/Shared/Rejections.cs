namespace Tocsin.Shared;

/// <summary>Counts what was rejected, by reason, with the first example of each. Not thread-safe: one reader, one instance.</summary>
public sealed class Rejections
{
    private readonly SortedDictionary<string, (long Count, string Example)> _byReason = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, (long Count, string Example)> ByReason => _byReason;

    public long Total => _byReason.Values.Sum(v => v.Count);

    /// <param name="reason">From a closed set in the code: it becomes a key.</param>
    public void Add(string reason, string example)
    {
        _byReason[reason] = _byReason.TryGetValue(reason, out var v) ? (v.Count + 1, v.Example) : (1, example);
    }

    public void Add(Rejections others)
    {
        foreach (var (reason, counted) in others._byReason)
            _byReason[reason] = _byReason.TryGetValue(reason, out var v) ? (v.Count + counted.Count, v.Example) : counted;
    }

    /// <summary>The same counts, to go on from.</summary>
    public Rejections Copy()
    {
        var copy = new Rejections();
        foreach (var (reason, counted) in _byReason)
            copy._byReason.Add(reason, counted);
        return copy;
    }
}
