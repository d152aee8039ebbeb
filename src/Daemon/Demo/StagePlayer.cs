using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Tocsin.Ingest.Recordings;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Demo;

/// <summary>Plays a stage to a daemon as a Prometheus and a scheduler would: remote_write and <c>POST /api/v1/jobs/events</c>.</summary>
/// <remarks>It keeps the pace of its clock, and event times are by it: spacings, and so rates, stay as recorded.</remarks>
internal sealed class StagePlayer : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private const int Attempts = 20;
    private const int SecondMs = 1_000;

    private readonly Stage _stage;
    private readonly RemoteWriteSender _sender;
    private readonly HttpClient _http;
    private readonly List<Scrape> _scrapes = [];
    private readonly List<JobWord> _words;
    private readonly TimeProvider _clock;
    private readonly string _cluster;
    private readonly int _phaseMs;
    private long _stageMs;

    private readonly record struct Scrape(long AtMs, string Node, IReadOnlyList<Sample> Samples);

    private readonly record struct JobWord(long AtMs, StageJob Job, bool Ends);

    /// <param name="phaseMs">Where in its second the stage begins, 0..999: frames are cut each second of the clock, and who plays something again wants them cut alike.</param>
    public StagePlayer(Stage stage, string cluster, Uri daemon, TimeProvider clock, int phaseMs = 0)
    {
        (_stage, _cluster, _clock, _phaseMs) = (stage, cluster, clock, phaseMs);
        _sender = new RemoteWriteSender(new Uri(daemon, "/api/v1/write"), new HttpAccess(), AnswerLimit, TimeProvider.System);
        _http = new HttpClient { BaseAddress = daemon, Timeout = AnswerLimit };
        // An end before the start that falls on the same moment, as schedulers free nodes before they give them away.
        _words = [.. stage.Jobs.Select(j => new JobWord(j.StartMs, j, false)).Concat(stage.Jobs.Select(j => new JobWord(j.EndMs, j, true))).OrderBy(w => w.AtMs).ThenByDescending(w => w.Ends)];
    }

    /// <summary>Where the play is, milliseconds since the stage's begin. Any thread.</summary>
    public long StageMs => Interlocked.Read(ref _stageMs);

    /// <summary>Unix milliseconds of the stage's begin; known once it plays.</summary>
    public long BeginMs { get; private set; }

    public long Samples { get; private set; }

    /// <summary>Reads the scrapes that the stage needs: each once, however many nodes play it.</summary>
    /// <exception cref="BadDataException">The recording cannot be read.</exception>
    public void Load(string recording, Rejections rejections)
    {
        var clips = _stage.Tracks.SelectMany(t => t.Clips.Select(c => (Track: t, Clip: c))).ToArray();
        foreach (var (time, samples) in RecordedScrapes.Read(recording, t => clips.Any(c => c.Clip.FromMs <= t && t < c.Clip.UntilMs), rejections))
        {
            foreach (var (track, clip) in clips.Where(c => c.Clip.FromMs <= time && time < c.Clip.UntilMs))
            {
                foreach (var node in track.Nodes)
                    _scrapes.Add(new Scrape(clip.ToStage(time), node, samples));
            }
        }
        _scrapes.Sort((a, b) => a.AtMs.CompareTo(b.AtMs));
    }

    /// <exception cref="DependencyException">The daemon does not take what it is sent.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        BeginMs = now + ((_phaseMs - (now % SecondMs) + SecondMs) % SecondMs);
        var (scrape, word) = (0, 0);
        while (scrape < _scrapes.Count || word < _words.Count)
        {
            var due = _clock.GetUtcNow().ToUnixTimeMilliseconds() - BeginMs;
            word = await WordsAsync(word, due, stop);
            scrape = await ScrapesAsync(scrape, due, stop);
            Interlocked.Exchange(ref _stageMs, Math.Clamp(due, 0, _stage.LengthMs));
            await Task.Delay(Tick, stop);
        }
    }

    public void Dispose()
    {
        _sender.Dispose();
        _http.Dispose();
    }

    private async Task<int> ScrapesAsync(int from, long dueMs, CancellationToken stop)
    {
        const int MostAtOnce = 40;
        while (from < _scrapes.Count && _scrapes[from].AtMs <= dueMs)
        {
            var batches = new List<SampleBatch>();
            for (; from < _scrapes.Count && _scrapes[from].AtMs <= dueMs && batches.Count < MostAtOnce; from++)
            {
                var s = _scrapes[from];
                if (!NodeKey.TryParse(_cluster, s.Node, out var key))
                    throw new UnreachableException($"'{s.Node}' is the stage's own name");
                batches.Add(new SampleBatch(key, BeginMs + s.AtMs, s.Samples));
                Samples += s.Samples.Count;
            }
            await SendAsync(batches, stop);
        }
        return from;
    }

    private async Task SendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
    {
        AppendResult answer = AppendResult.Done;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            answer = await _sender.AppendAsync(batches, stop);
            if (answer is Appended)
            {
                if (_sender.Refused > 0)
                    throw new DependencyException($"the daemon refused samples of its own demo: {_sender.LastRefusal}");
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100 * (attempt + 1)), stop);
        }
        throw new DependencyException($"the daemon did not take samples in {Attempts} tries: {(answer as Unavailable)?.Reason ?? "overloaded"}");
    }

    private async Task<int> WordsAsync(int from, long dueMs, CancellationToken stop)
    {
        var until = from;
        while (until < _words.Count && _words[until].AtMs <= dueMs)
            until++;
        if (until == from)
            return from;
        var body = JsonSerializer.Serialize(_words.Skip(from).Take(until - from).Select(Said));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var answer = await _http.PostAsync("/api/v1/jobs/events", new StringContent(body, Encoding.UTF8, "application/json"), stop);
            if (answer.IsSuccessStatusCode)
                return until;
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                throw new DependencyException($"the daemon refused job events of its own demo: status {(int)answer.StatusCode}");
            await Task.Delay(TimeSpan.FromMilliseconds(100 * (attempt + 1)), stop);
        }
        throw new DependencyException($"the daemon did not take job events in {Attempts} tries");
    }

    private Dictionary<string, object> Said(JobWord word)
    {
        var said = new Dictionary<string, object>
        {
            ["event"] = word.Ends ? "end" : "start",
            ["jobId"] = word.Job.JobId,
            ["jobName"] = word.Job.JobName,
            ["user"] = "demo",
            ["nodes"] = word.Job.Nodes,
            ["start"] = Seconds(word.Job.StartMs),
        };
        if (word.Ends)
            (said["end"], said["state"]) = (Seconds(word.Job.EndMs), "COMPLETED");
        return said;
    }

    private string Seconds(long stageMs) => ((BeginMs + stageMs) / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
}
