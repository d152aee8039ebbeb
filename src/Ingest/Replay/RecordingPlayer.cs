using Tocsin.Ingest.Prometheus;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Replay;

/// <summary>Plays a recording's scrapes into a sink as if they came live, at any speed.</summary>
public sealed class RecordingPlayer
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(5);

    private readonly string _scrapes;
    private readonly ReplayOptions _options;
    private readonly ScrapeSurvey _survey;
    private readonly string _unnamed;
    private readonly TimeProvider _clock;
    private readonly Rejections _rejections = new();
    private readonly List<SampleBatch> _pending = [];
    private int _pendingSamples;
    private long _samples, _scrapesPlayed, _givenUp, _retries;

    private RecordingPlayer(string scrapes, ReplayOptions options, ScrapeSurvey survey, string unnamed, TimeProvider clock)
    {
        (_scrapes, _options, _survey, _unnamed, _clock) = (scrapes, options, survey, unnamed, clock);
        var length = TimeSpan.FromMilliseconds((survey.LastMs - survey.FirstMs) / options.Speed);
        ShiftMs = options.KeepTimes ? 0 : (clock.GetUtcNow() + length).ToUnixTimeMilliseconds() - survey.LastMs;
    }

    /// <summary>What is added to the recorded times.</summary>
    public long ShiftMs { get; }

    /// <summary>First and last scrape's time as recorded, unix milliseconds.</summary>
    public (long FirstMs, long LastMs) Span => (_survey.FirstMs, _survey.LastMs);

    public IReadOnlyCollection<string> Nodes => _survey.Nodes;

    /// <param name="folder">In the <i>recording</i> layout.</param>
    /// <exception cref="BadDataException">It is none, or an option is out of its range.</exception>
    public static RecordingPlayer Open(string folder, ReplayOptions options, TimeProvider clock)
    {
        options.Check();
        var scrapes = Path.Combine(folder, ScrapeRecording.ScrapesFile);
        if (!File.Exists(scrapes))
            throw new BadDataException($"'{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}' has no {ScrapeRecording.ScrapesFile}: only the recording layout can be played");
        var jobs = Path.Combine(folder, ScrapeRecording.JobsFile);
        var named = File.Exists(jobs) ? JobTable.Read(jobs, new Rejections()).SelectMany(j => j.Nodes).Distinct(StringComparer.Ordinal).Take(2).ToArray() : [];
        var unnamed = options.NodeName ?? (named.Length == 1 ? named[0] : "node");
        var survey = ScrapeSurvey.Read(scrapes, unnamed, new DataOptions());
        return new RecordingPlayer(scrapes, options, survey, unnamed, clock);
    }

    /// <summary>Once; ends with the recording, or early without an exception when <paramref name="stop"/> says so.</summary>
    /// <exception cref="BadDataException">The file is torn.</exception>
    public async Task<ReplayReport> RunAsync(ISampleSink sink, CancellationToken stop)
    {
        using var file = new GzipFile(_scrapes);
        var reader = new ScrapeReader(file, ScrapeRecording.ScrapesFile, _rejections);
        var table = new SeriesTable();
        var texts = new Dictionary<string, (NodeKey Key, PrometheusText Text)?>(StringComparer.Ordinal);
        var start = _clock.GetTimestamp();
        try
        {
            while (reader.Next())
            {
                var due = TimeSpan.FromMilliseconds((reader.TimeMs - _survey.FirstMs) / _options.Speed);
                if (_pendingSamples >= _options.SamplesAtOnce || due > _clock.GetElapsedTime(start))
                    await HandOnAsync(sink, stop);
                var wait = due - _clock.GetElapsedTime(start);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, _clock, stop);
                stop.ThrowIfCancellationRequested();
                Take(reader, table, texts);
            }
            await HandOnAsync(sink, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        return new ReplayReport(_scrapesPlayed, _samples, _givenUp, _retries, _rejections);
    }

    private void Take(ScrapeReader reader, SeriesTable table, Dictionary<string, (NodeKey Key, PrometheusText Text)?> texts)
    {
        var name = reader.Node ?? _unnamed;
        if (!texts.TryGetValue(name, out var node))
        {
            node = NodeKey.TryParse(_options.Cluster, name, out var key) ? (key, new PrometheusText(table, _rejections)) : null;
            texts.Add(name, node);
        }
        if (node is not { } known)
        {
            _rejections.Add("node's name", JobTable.Short(name));
            return;
        }
        var samples = new List<Sample>();
        known.Text.Parse(reader.Body, TextFormat.Prometheus, samples);
        _pending.Add(new SampleBatch(known.Key, reader.TimeMs + ShiftMs, samples));
        _pendingSamples += samples.Count;
        _scrapesPlayed++;
    }

    private async Task HandOnAsync(ISampleSink sink, CancellationToken stop)
    {
        if (_pending.Count == 0)
            return;
        var wait = FirstRetry;
        for (var attempt = 1; ; attempt++)
        {
            var result = await sink.AppendAsync(_pending, stop);
            if (result is Appended)
            {
                _samples += _pendingSamples;
                break;
            }
            if (attempt == _options.Attempts)
            {
                _givenUp += _pendingSamples;
                _rejections.Add(result is Unavailable u ? u.Reason : "overloaded", $"{_pendingSamples} samples");
                break;
            }
            _retries++;
            var least = result is Overloaded { RetryAfter: var after } ? after : TimeSpan.Zero;
            await Task.Delay(least > wait ? least : wait, _clock, stop);
            wait = wait * 2 < LastRetry ? wait * 2 : LastRetry;
        }
        _pending.Clear();
        _pendingSamples = 0;
    }
}
