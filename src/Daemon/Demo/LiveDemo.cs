using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tocsin.Daemon.Commands;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Libraries;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Demo;

/// <param name="Speed">Recorded seconds a second.</param>
/// <param name="Stay">Goes on serving the page after the scoreboard, until it is interrupted.</param>
internal sealed record LiveDemoOptions(string Folder, int Port, double Speed, bool Stay, LearnOptions Learn);

/// <summary>The demo from end to end: learns, starts the daemon, plays a small cluster to it, tells what it says beside the truth, and keeps score.</summary>
internal sealed class LiveDemo(string data, LiveDemoOptions options, DemoTeller teller)
{
    /// <summary>Alerts at a cadence of one second want seconds where alerts at 15 s want minutes; eight nodes want to be told apart where a site's thousand
    /// want to be told together.</summary>
    /// <remarks>A finding of two frames, the shortest, lasts three cadences, two of them after it was first seen. The hold is two and the gathering one, as many cadences as by
    /// default: at three and two, it was the machine's load that decided whether such a finding was told of.</remarks>
    private const string Settings = """
        cadence: 1s
        library: '{0}'
        nodes: {{stale_after: 4m, away_after: 5m}}
        alerts: {{hold: 2s, gather: 1s, linger: 5s, clear_after: 10s, clear_after_most: 10s, flap_memory: 1m, onset_window: 10s, site_nodes: 8, site_share: 1, shared_units: 5}}
        learning: {{enabled: false}}
        log: {{partitions: 2}}
        """;

    private const long HoldMs = 2_000;

    /// <summary>Recorded time that a slow machine may take beside the play, and the encore is still as fast.</summary>
    private const long LateMs = 240_000;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>After the last sample: what is open becomes an alert or does not.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <exception cref="TocsinException">The sample, the folder or a port cannot be used.</exception>
    public async Task RunAsync(string? json, CancellationToken stop)
    {
        Figures.CheckTarget(json);
        var recording = DataFolder.Open(data, new DataOptions());
        var stage = SampleStage.Of(recording);
        teller.Opening(stage, options.Speed);
        Directory.CreateDirectory(options.Folder);
        var library = Path.Combine(options.Folder, "demo.library");
        // Who interrupts it does not wait for the end of the learning: the process ends, and the learning with it.
        var trained = await Task.Run(() => Learn(recording, library), stop).WaitAsync(stop);
        teller.Trained(trained, _clock.Elapsed);

        // The page shows the cluster's name: nobody is to take what is played for what is.
        var cluster = string.Create(CultureInfo.InvariantCulture, $"recorded-x{options.Speed:0.#}");
        var behind = TimeSpan.FromMilliseconds((stage.LengthMs + Encore.MostMs + LateMs) * (1 - (1 / options.Speed)));
        var clock = new FastClock(TimeProvider.System, behind);
        await using var daemon = await DemoDaemon.StartAsync(cluster, options.Folder, options.Port, string.Format(CultureInfo.InvariantCulture, Settings, Path.GetFullPath(library).Replace("'", "''")), clock, stop);
        teller.Listening(daemon.Address, options.Port, _clock.Elapsed);
        using var player = new StagePlayer(stage, cluster, daemon.Address, clock);
        using var http = new HttpClient { BaseAddress = daemon.Address, Timeout = TimeSpan.FromSeconds(30) };
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var rejections = new Rejections();
        player.Load(data, rejections);
        var rule = BusyRule.Of(recording.Segments(new TimeRange(null, null)), HoldMs);
        teller.Playing(_clock.Elapsed);
        var watch = new DemoWatcher(http, stage, rule, player, teller, _clock);
        var listening = watch.ListenAsync(over.Token);
        clock.Hurry(options.Speed);
        var playing = player.RunAsync(stop);
        while (!playing.IsCompleted)
        {
            await Task.WhenAny(playing, listening, Task.Delay(Look, stop));
            if (listening.IsFaulted)
                await listening;
            await watch.LookAsync(stop);
        }
        await playing;
        await Task.Delay(Settle, stop);
        await watch.LookAsync(stop);
        var reckoning = watch.Reckon();
        await watch.JudgeAsync(stop);
        var again = watch.Operator.Of is { } judged && Encore.Of(stage, judged, watch.BeginMs, recording.Jobs, recording.Faults) is { } encore
            ? await AgainAsync(encore, watch, cluster, daemon.Address, clock, stop) : null;
        await over.CancelAsync();
        await listening;
        teller.Scoreboard(stage, reckoning, Recurring.Moments(stage, reckoning.False, watch.BeginMs), watch.Strangers, watch.Operator.Given, again, daemon.Address, options.Stay, _clock.Elapsed);
        Write(json, stage, reckoning, watch, again);
        teller.Next(daemon.Address, options.Folder, options.Stay);
        if (options.Stay)
            await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Plays the run again that the verdict is about, and counts what the daemon keeps back and what it tells.</summary>
    private async Task<EncoreOutcome> AgainAsync(Encore encore, DemoWatcher watch, string cluster, Uri daemon, FastClock clock, CancellationToken stop)
    {
        using var player = new StagePlayer(encore.Stage, cluster, daemon, clock, encore.PhaseMs);
        player.Load(data, new Rejections());
        teller.Again(encore, _clock.Elapsed);
        watch.TakeRaised();
        var before = await watch.Operator.MutedAsync(stop);
        await player.RunAsync(stop);
        await Task.Delay(Settle, stop);
        var raised = watch.TakeRaised().Where(a => a.SinceMs >= player.BeginMs).ToArray();
        var outcome = new EncoreOutcome(encore.Stage.LengthMs / 1000.0, await watch.Operator.MutedAsync(stop) - before, raised.Count(a => a.Nodes.Any(encore.Spoken.Contains)),
            encore.Beside[0], raised.Count(a => a.Nodes.Any(encore.Beside.Contains)));
        teller.Effect(watch.Operator.Given!, outcome, _clock.Elapsed);
        return outcome;
    }

    private PatternLibrary Learn(IRecording recording, string file)
    {
        var trainer = new LibraryTrainer(options.Learn) { Catalogue = Catalogue.Default.Text };
        var split = new TimePoint(DemoSample.SplitMs, null);
        var known = recording.Segments(new TimeRange(null, split)).Where(s => s.Jobs.All(j => j.JobName != SampleStage.NewKind));
        var library = trainer.Train(known, recording.Description);
        LibraryFile.Save(file, library);
        return library;
    }

    private void Write(string? json, Stage stage, Reckoning reckoning, DemoWatcher watch, EncoreOutcome? again) => Figures.Write(json, new
    {
        speed = options.Speed,
        nodes = stage.Nodes.Count(),
        recorded_s = stage.LengthMs / 1000.0,
        first_found_s = watch.FirstFound?.TotalSeconds,
        seconds = _clock.Elapsed.TotalSeconds,
        faults = reckoning.Faults.Select(f => new
        {
            kind = f.Fault.Kind,
            nodes = f.Fault.Nodes,
            start_s = f.Fault.StartMs / 1000.0,
            end_s = f.Fault.EndMs / 1000.0,
            found = f.Alert is not null,
            under_open_alert = f.Under,
            delay_s = f.DelayMs / 1000.0,
            true_cause = f.TrueCause,
            cause = f.Alert?.Cause,
            alert = f.Alert?.Id,
            rule = f.RuleFired,
        }),
        false_alerts = reckoning.False.Select(a => new { id = a.Id, nodes = a.Nodes, since_s = (a.SinceMs - watch.BeginMs) / 1000.0, evidence = a.Evidence }),
        rule_false = reckoning.RuleFalse,
        new_kind = watch.Strangers,
        verdict = watch.Operator.Given is { } v ? new { id = v.Id, alert = v.Alert, word = v.Word, nodes = v.Nodes, preview = v.Preview, tracks = v.Tracks } : null,
        again = again is { } a ? new { seconds = a.Seconds, kept_back = a.KeptBack, told = a.Told, beside = a.Beside, told_beside = a.ToldBeside } : null,
    });
}
