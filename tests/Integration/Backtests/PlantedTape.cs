using System.Globalization;
using Tocsin.Daemon.Commands;
using Tocsin.Ingest.Recordings;
using Tocsin.Ingest.Replay;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Backtests;

/// <summary>Pieces of the recording that comes along, one behind the other and two seconds for each of its own: more than two hours of a node.</summary>
/// <param name="pieces">From and until, seconds since the recording's start.</param>
internal sealed class PlantedTape(string node, params (int From, int Until)[] pieces)
{
    /// <summary>Seconds of the history for one of the recording.</summary>
    public const int Stretch = 2;

    /// <summary>Unix seconds of the recording's first scrape.</summary>
    private const double Zero = 1795250435;

    private static readonly string Folder = DemoSample.Find(AppContext.BaseDirectory);

    public string Node => node;

    /// <summary>Of the history.</summary>
    public int Seconds => Stretch * pieces.Sum(p => p.Until - p.From);

    /// <summary>Seconds of the recording -> seconds since the tape's start, in each piece that holds it.</summary>
    public IEnumerable<double> At(double recorded)
    {
        var before = 0.0;
        foreach (var (from, until) in pieces)
        {
            if (recorded >= from && recorded <= until)
                yield return before + (Stretch * (recorded - from));
            before += Stretch * (until - from);
        }
    }

    /// <summary>Name, start and end of jobs or faults, seconds since the tape's start, cut at the pieces' borders.</summary>
    public IEnumerable<(string Name, double Start, double End)> Spans(IEnumerable<(string Name, double Start, double End)> recorded)
    {
        var all = recorded.ToList();
        var before = 0.0;
        foreach (var (from, until) in pieces)
        {
            foreach (var (name, start, end) in all.Where(s => s.Start < until && s.End > from))
                yield return (name, before + (Stretch * (Math.Max(start, from) - from)), before + (Stretch * (Math.Min(end, until) - from)));
            before += Stretch * (until - from);
        }
    }

    public static IEnumerable<(string Name, double Start, double End)> Table(string file, string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, file)).Select(l => l.Split('|')).ToList();
        var (at, start, end) = (Array.IndexOf(lines[0], name), Array.IndexOf(lines[0], "Start"), Array.IndexOf(lines[0], "End"));
        return lines.Skip(1).Select(l => (l[at], Unix(l[start]) - Zero, Unix(l[end]) - Zero));

        static double Unix(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>The recording's scrapes by their second.</summary>
    public static async Task<SortedDictionary<int, IReadOnlyList<Sample>>> ScrapesAsync()
    {
        var reading = new Reading();
        await RecordingPlayer.Open(Folder, new ReplayOptions { KeepTimes = true, Speed = double.PositiveInfinity, SamplesAtOnce = 1 }, TimeProvider.System).RunAsync(reading, default);
        return reading.Scrapes;
    }

    /// <summary>Series that never fall. Whoever reads a recording hands out one object a series.</summary>
    public static IReadOnlySet<SeriesId> Counters(SortedDictionary<int, IReadOnlyList<Sample>> scrapes)
    {
        var last = new Dictionary<SeriesId, double>();
        var fallen = new HashSet<SeriesId>();
        foreach (var sample in scrapes.Values.SelectMany(s => s))
        {
            if (last.TryGetValue(sample.Series, out var before) && sample.Value < before)
                fallen.Add(sample.Series);
            last[sample.Series] = sample.Value;
        }
        return last.Keys.Where(s => !fallen.Contains(s)).ToHashSet();
    }

    /// <summary>Of each even second of the history that a scrape lies in. Where two pieces meet, counters go on from where they were.</summary>
    public IEnumerable<(int Second, IReadOnlyList<Sample> Samples)> Play(SortedDictionary<int, IReadOnlyList<Sample>> scrapes, IReadOnlySet<SeriesId> counters)
    {
        var second = 0;
        var last = new Dictionary<SeriesId, double>();
        foreach (var (from, until) in pieces)
        {
            var less = new Dictionary<SeriesId, double>();
            for (var at = from; at < until; at++, second += Stretch)
            {
                if (!scrapes.TryGetValue(at, out var samples))
                    continue;
                var told = new Sample[samples.Count];
                for (var i = 0; i < told.Length; i++)
                {
                    var (series, value) = (samples[i].Series, samples[i].Value);
                    if (counters.Contains(series))
                    {
                        if (!less.TryGetValue(series, out var off))
                            less[series] = off = last.TryGetValue(series, out var before) ? value - before : 0;
                        last[series] = value -= off;
                    }
                    told[i] = new Sample(series, value);
                }
                yield return (second, told);
            }
        }
    }

    private sealed class Reading : ISampleSink
    {
        public SortedDictionary<int, IReadOnlyList<Sample>> Scrapes { get; } = [];

        public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
        {
            foreach (var batch in batches)
                Scrapes.TryAdd((int)Math.Round((batch.TimeMs / 1000.0) - Zero), batch.Samples);
            return ValueTask.FromResult(AppendResult.Done);
        }
    }
}
