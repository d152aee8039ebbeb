using System.Text;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Persistence;
using Tocsin.Ingest.Frames;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Actors.Nodes.Shard;

/// <summary>The series of a shard: its dictionary, told apart by meaning, and what each writer's numbers mean. Kept in rows of the shard, written with the
/// first node row that may name a number.</summary>
internal sealed class SeriesSessions(SeriesDictionary dictionary, Rejections rejections) : ISeriesNumbers
{
    public const string DictionaryRow = "series/";
    public const string SessionRow = "session/";

    /// <summary>Of one shard; what comes beyond is left out and counted.</summary>
    public const int MaxSeries = 1_000_000;

    /// <summary>Writers' lives that are remembered; the log holds no record of much older ones.</summary>
    public const int MaxSessions = 64;

    private readonly Dictionary<string, SeriesId> _byMeaning = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, List<SeriesId?>> _sessions = [];
    private readonly HashSet<long> _changed = [];
    private readonly List<long> _forgotten = [];
    private int _stored;
    private int _rows;

    public void Mean(long session, int number, SeriesId series)
    {
        if (!_sessions.TryGetValue(session, out var numbers))
            Open(session, numbers = []);
        if (number < numbers.Count && numbers[number] is not null)
            return;
        if (number >= MaxSeries || Known(series) is not { } known)
        {
            rejections.Add("series beyond the bound of the shard", series.Name);
            return;
        }
        while (numbers.Count <= number)
            numbers.Add(null);
        numbers[number] = known;
        _changed.Add(session);
    }

    public SeriesId? Find(long session, int number) => _sessions.TryGetValue(session, out var numbers) && number < numbers.Count ? numbers[number] : null;

    /// <summary>Rows that the store lacks.</summary>
    public void Draft(List<ShardRow> rows, List<string> removed)
    {
        if (_stored < dictionary.Count)
            rows.Add(new ShardRow($"{DictionaryRow}{_rows++:D8}", Dictionary(_stored)));
        _stored = dictionary.Count;
        foreach (var session in _changed.Order())
            rows.Add(new ShardRow(Name(session), Numbers(_sessions[session])));
        removed.AddRange(_forgotten.Select(Name));
        _changed.Clear();
        _forgotten.Clear();
    }

    /// <exception cref="DependencyException">What is stored is damaged, or of a newer program.</exception>
    public void Load(IReadOnlyDictionary<string, byte[]> rows)
    {
        foreach (var (name, bytes) in rows.Where(r => r.Key.StartsWith(DictionaryRow, StringComparison.Ordinal)).OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            LoadDictionary(name, bytes);
            _rows = int.Parse(name[DictionaryRow.Length..], System.Globalization.CultureInfo.InvariantCulture) + 1;
        }
        _stored = dictionary.Count;
        foreach (var (name, bytes) in rows.Where(r => r.Key.StartsWith(SessionRow, StringComparison.Ordinal)))
            LoadSession(name, bytes);
    }

    private void Open(long session, List<SeriesId?> numbers)
    {
        _sessions.Add(session, numbers);
        // Sessions are numbered by when they began.
        while (_sessions.Count > MaxSessions)
        {
            var oldest = _sessions.Keys.First();
            _sessions.Remove(oldest);
            _changed.Remove(oldest);
            _forgotten.Add(oldest);
        }
    }

    private SeriesId? Known(SeriesId series)
    {
        var key = Meaning(series);
        if (_byMeaning.TryGetValue(key, out var known))
            return known;
        if (dictionary.Count >= MaxSeries)
            return null;
        _byMeaning.Add(key, series);
        dictionary.NumberOf(series);
        return series;
    }

    /// <summary>A value may hold anything, so its length is part of the key: no two meanings share one.</summary>
    private static string Meaning(SeriesId series)
    {
        var key = new StringBuilder(series.Name);
        foreach (var (name, value) in series.Labels)
            key.Append('\u0001').Append(name).Append('\u0002').Append(value.Length).Append('\u0002').Append(value);
        return key.ToString();
    }

    private byte[] Dictionary(int from)
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteArrayHeader(2 * (dictionary.Count - from));
        for (var number = from; number < dictionary.Count; number++)
            SampleRecord.WriteSeries(ref writer, dictionary[number]);
        writer.Flush();
        return buffer.Written.ToArray();
    }

    private byte[] Numbers(List<SeriesId?> numbers)
    {
        using var buffer = new PooledBuffer();
        var writer = new WireWriter(buffer);
        RunsWire.WriteRising(ref writer, numbers.Select(s => s is null ? 0 : dictionary.NumberOf(s) + 1).ToArray());
        writer.Flush();
        return buffer.Written.ToArray();
    }

    private void LoadDictionary(string name, byte[] bytes)
    {
        var reader = new WireReader(bytes);
        var read = reader.TryReadArrayHeader(2 * MaxSeries, out var count);
        for (var i = 0; read && i < count / 2; i++)
        {
            read = SampleRecord.TryReadSeries(ref reader, out var series);
            if (read)
                Known(series!);
        }
        if (!read)
            throw new DependencyException($"the stored row '{name}' of a shard cannot be read: {reader.Failure}");
    }

    private void LoadSession(string name, byte[] bytes)
    {
        var reader = new WireReader(bytes);
        if (!long.TryParse(name[SessionRow.Length..], System.Globalization.CultureInfo.InvariantCulture, out var session)
            || !RunsWire.TryReadRising(ref reader, MaxSeries, out var numbers) || Array.Exists(numbers, n => n > dictionary.Count))
            throw new DependencyException($"the stored row '{name}' of a shard cannot be read: {reader.Failure}");
        _sessions[session] = [.. numbers.Select(n => n == 0 ? null : dictionary[n - 1])];
    }

    private static string Name(long session) => SessionRow + session.ToString("D19", System.Globalization.CultureInfo.InvariantCulture);
}
