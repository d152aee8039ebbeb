using System.Globalization;
using Tocsin.Actors.Persistence;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Shards.Samples;

/// <summary>What writers' numbers mean in one partition: definitions come before their use in the log, and are stored with the shard, since a replay may begin
/// behind them. A series is one object whoever numbers it. One thread at a time.</summary>
public sealed class SeriesSessions
{
    /// <summary>Of one writer; it begins a new session before it has more.</summary>
    public const int MaxSeries = 1_000_000;

    private const string Prefix = "s/";
    private const int MaxSessions = 32;

    private readonly Dictionary<SeriesId, SeriesId> _known = new(SeriesText.Comparer);
    private readonly Dictionary<long, Session> _sessions = [];
    private long _clock;

    public int Series => _known.Count;

    /// <exception cref="DependencyException">What is stored is damaged.</exception>
    public void Load(IReadOnlyDictionary<string, byte[]> rows)
    {
        foreach (var (name, bytes) in rows.Where(r => r.Key.StartsWith(Prefix, StringComparison.Ordinal)).OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            if (!SeriesRecord.TryRead(bytes, out var session, out var first, out var series) || !Take(session, first, series, name))
                throw new DependencyException($"the stored definitions '{name}' of series cannot be read");
        }
    }

    /// <returns>The row to store, null where all of it was known; <paramref name="removed"/> names rows of sessions that nobody has used for longest.</returns>
    /// <param name="why">Null, or what is wrong with the record.</param>
    public ShardRow? Define(ReadOnlySpan<byte> payload, List<string> removed, out string? why)
    {
        why = null;
        if (!SeriesRecord.TryRead(payload, out var session, out var first, out var series))
        {
            why = "definitions of series that cannot be read";
            return null;
        }
        // Twelve digits keep the order of names that of numbers.
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{session:x}/{first:d12}");
        if (_sessions.TryGetValue(session, out var known) && known.Rows.Contains(name))
            return null;
        if (known is null && _sessions.Count >= MaxSessions)
            Forget(removed);
        if (!Take(session, first, series, name))
        {
            why = $"definitions of series {first} to {first + series.Length} of a session that has {MaxSeries} at most";
            return null;
        }
        return new ShardRow(name, payload.ToArray());
    }

    /// <summary>Null where it was never defined.</summary>
    public SeriesId? Find(long session, int number)
    {
        if (!_sessions.TryGetValue(session, out var known) || (uint)number >= (uint)known.Series.Count)
            return null;
        known.Used = ++_clock;
        return known.Series[number];
    }

    /// <summary>The one object for a series of this name and these labels.</summary>
    public SeriesId Intern(SeriesId series)
    {
        if (!_known.TryGetValue(series, out var same))
            _known.Add(series, same = series);
        return same;
    }

    private bool Take(long session, int first, SeriesId[] series, string name)
    {
        if (first + series.Length > MaxSeries)
            return false;
        if (!_sessions.TryGetValue(session, out var into))
            _sessions.Add(session, into = new Session());
        into.Used = ++_clock;
        into.Rows.Add(name);
        while (into.Series.Count < first + series.Length)
            into.Series.Add(null);
        for (var i = 0; i < series.Length; i++)
            into.Series[first + i] = Intern(series[i]);
        return true;
    }

    private void Forget(List<string> removed)
    {
        var oldest = _sessions.MinBy(s => s.Value.Used);
        removed.AddRange(oldest.Value.Rows);
        _sessions.Remove(oldest.Key);
    }

    private sealed class Session
    {
        public List<SeriesId?> Series { get; } = [];

        public HashSet<string> Rows { get; } = new(StringComparer.Ordinal);

        public long Used { get; set; }
    }
}
