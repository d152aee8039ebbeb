using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Tocsin.Shared;

namespace Tocsin.Daemon.Demo;

/// <summary>A node that ran a job of the new kind, and what the daemon took it for.</summary>
/// <param name="Nearest">-1: there was no pattern to be near to.</param>
internal sealed record Stranger(string Node, string JobId, bool Matched, int Nearest, double? Distance);

/// <summary>Asks the daemon over HTTP, as anyone would, and hands on what is new.</summary>
internal sealed class DemoWatcher(HttpClient http, Stage stage, BusyRule rule, StagePlayer player, DemoTeller teller, Stopwatch clock)
{
    private readonly HashSet<StageFault> _missed = [];
    private readonly Dictionary<(string Node, string Job), Stranger> _strangers = [];
    private readonly DemoOperator _operator = new(http);
    private readonly Channel<ShownAlert> _raised = Channel.CreateUnbounded<ShownAlert>();
    private IReadOnlyList<ShownAlert> _alerts = [];

    public long BeginMs => player.BeginMs;

    public IReadOnlyList<Stranger> Strangers => [.. _strangers.Values];

    /// <summary>Since the demo's start.</summary>
    public TimeSpan? FirstFound { get; private set; }

    public DemoOperator Operator => _operator;

    public Reckoning Reckon() => Reckoning.Of(stage, _alerts, rule, BeginMs, stage.LengthMs);

    /// <summary>Listens until it is stopped.</summary>
    /// <exception cref="DependencyException">The daemon ended the stream.</exception>
    public async Task ListenAsync(CancellationToken stop)
    {
        await foreach (var alert in AlertFeed.RaisedAsync(http, stop))
            _raised.Writer.TryWrite(alert);
    }

    /// <exception cref="DependencyException">The daemon does not answer.</exception>
    public async Task LookAsync(CancellationToken stop)
    {
        using var alerts = await GetAsync("/api/v1/alerts?limit=1000", stop);
        // One that became part of another is told as that other.
        _alerts = [.. alerts.RootElement.GetProperty("alerts").EnumerateArray().Select(ShownAlert.Of).Where(a => !a.Merged).OrderBy(a => a.RaisedMs)];
        while (_raised.Reader.TryRead(out var alert))
        {
            var fault = Reckoning.FaultOf(stage, alert, BeginMs);
            if (fault is not null)
                FirstFound ??= clock.Elapsed;
            teller.Alert(alert, fault, fault is not null && Reckoning.Fired(stage, rule, fault), BeginMs, clock.Elapsed);
        }
        foreach (var outcome in Reckoning.Of(stage, _alerts, rule, BeginMs, player.StageMs - 20_000).Faults)
        {
            if (outcome is { Alert: null, Under: false } && _missed.Add(outcome.Fault))
                teller.Missed(outcome.Fault, outcome.RuleFired, clock.Elapsed);
        }
        await StrangersAsync(stop);
    }

    /// <summary>Alerts that were raised since the last look, for who looks at them otherwise.</summary>
    public IReadOnlyList<ShownAlert> TakeRaised()
    {
        var raised = new List<ShownAlert>();
        while (_raised.Reader.TryRead(out var alert))
            raised.Add(alert);
        return raised;
    }

    /// <summary>Of the alerts that came again and again a false one is dismissed; where there is none, one that was right is said to be expected, as an operator says of a nightly
    /// backup.</summary>
    public async Task JudgeAsync(CancellationToken stop)
    {
        const int Tries = 20;
        foreach (var (alert, isFalse, tracks) in Recurring.Of(stage, _alerts, BeginMs).Take(Tries))
        {
            if (await _operator.SayAsync(alert, isFalse ? "false" : "expected", isFalse ? "nothing was wrong" : "a load test that is known of", tracks, stop) is { } given)
            {
                teller.Verdict(given, Reckon().False.Count, stage.Tracks.Count, clock.Elapsed);
                return;
            }
        }
    }

    private async Task StrangersAsync(CancellationToken stop)
    {
        using var nodes = await GetAsync("/api/v1/nodes?limit=100", stop);
        var fresh = new List<Stranger>();
        foreach (var node in nodes.RootElement.GetProperty("nodes").EnumerateArray())
        {
            if (node.GetProperty("match") is not { ValueKind: JsonValueKind.Object } match)
                continue;
            foreach (var job in node.GetProperty("jobs").EnumerateArray().Where(j => j.GetProperty("job_name").GetString() == SampleStage.NewKind))
            {
                var key = (node.GetProperty("node").GetString()!, job.GetProperty("job_id").GetString()!);
                var distance = match.GetProperty("distance");
                var seen = new Stranger(key.Item1, key.Item2, match.GetProperty("pattern").GetInt32() >= 0, match.GetProperty("nearest").GetInt32(),
                    distance.ValueKind == JsonValueKind.Number ? distance.GetDouble() : null);
                if (!_strangers.TryGetValue(key, out var before) || before.Matched != seen.Matched)
                    fresh.Add(seen);
                _strangers[key] = seen;
            }
        }
        foreach (var alike in fresh.GroupBy(s => (s.JobId, s.Matched)))
            teller.Stranger([.. alike.Select(s => s.Node).Order(StringComparer.Ordinal)], alike.First(), clock.Elapsed);
    }

    private async Task<JsonDocument> GetAsync(string path, CancellationToken stop)
    {
        try
        {
            return JsonDocument.Parse(await http.GetByteArrayAsync(path, stop));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !stop.IsCancellationRequested))
        {
            throw new DependencyException($"the demo's daemon does not answer {path}: {e.Message}; its own words are in tocsin.log", e);
        }
    }
}
