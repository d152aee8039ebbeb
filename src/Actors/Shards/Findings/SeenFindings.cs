using System.Globalization;
using Tocsin.Actors.Persistence;

namespace Tocsin.Actors.Shards.Findings;

/// <summary>What a shard of alerts has taken in of each shard of nodes. Kept in its counters, so that each finding counts once, in order, over all crashes of
/// both sides.</summary>
internal sealed class SeenFindings
{
    private const string Seen = "seen/", Over = "seen over/", HolesName = "seen holes";

    private readonly SortedDictionary<int, long> _last = [];

    /// <summary>By shard of nodes: how many holes there were when it was last taken from.</summary>
    private readonly SortedDictionary<int, long> _over = [];
    private readonly SortedDictionary<string, long> _changed = new(StringComparer.Ordinal);
    private long _holes;

    public void Load(IReadOnlyDictionary<string, long> counters)
    {
        foreach (var (name, value) in counters)
        {
            if (name.StartsWith(Seen, StringComparison.Ordinal))
                _last[int.Parse(name.AsSpan(Seen.Length), CultureInfo.InvariantCulture)] = value;
            else if (name.StartsWith(Over, StringComparison.Ordinal))
                _over[int.Parse(name.AsSpan(Over.Length), CultureInfo.InvariantCulture)] = value;
        }
        _holes = counters.GetValueOrDefault(HolesName);
    }

    /// <returns>False for one that was seen, and for one that came before what it follows on: that one comes once more, behind it.</returns>
    public bool Take(FindingNumber finding)
    {
        var last = _last.GetValueOrDefault(finding.From);
        var over = _over.GetValueOrDefault(finding.From);
        if (finding.Number <= last || (finding.After > last && over == _holes))
            return false;
        Set(Seen, finding.From, _last, finding.Number);
        if (over != _holes)
            Set(Over, finding.From, _over, _holes);
        return true;
    }

    /// <summary>A record was given up, and nobody knows what it was: of each shard, what comes next need not follow on anything.</summary>
    public void Skip() => _changed[HolesName] = ++_holes;

    /// <summary>Those that changed since the last <see cref="Committed"/>; they never fall.</summary>
    public IEnumerable<Counter> Changed => _changed.Select(c => new Counter(c.Key, c.Value));

    public void Committed() => _changed.Clear();

    private void Set(string prefix, int from, SortedDictionary<int, long> values, long value)
    {
        values[from] = value;
        _changed[string.Create(CultureInfo.InvariantCulture, $"{prefix}{from}")] = value;
    }
}
