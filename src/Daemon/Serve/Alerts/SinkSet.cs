using Tocsin.Actors.Persistence;
using Tocsin.Actors.Sinks;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Actors.Sinks.Streams;
using Tocsin.Daemon.Config;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Alerts;

/// <summary>Everyone who is told of alerts, and the loops that bring them what stands in the outbox.</summary>
internal sealed class SinkSet : IPart, IAsyncDisposable
{
    private const string StreamName = "stream", LogName = "log";
    private static readonly TimeSpan SilencesEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(5);

    private readonly OwnLog _log;
    private readonly TimeProvider _clock;
    private readonly List<IAlertSink> _sinks = [];
    private readonly List<IDisposable> _owned = [];
    private readonly List<Func<CancellationToken, Task>> _loops = [];
    private readonly Dictionary<string, SilenceWatch> _silences = new(StringComparer.Ordinal);
    private readonly List<OutboxDispatcher> _dispatchers = [];
    private readonly CancellationTokenSource _stop = new();
    private Task[] _running = [];

    public SinkSet(SinkOptions options, HttpOptions http, int streams, OwnLog log, TimeProvider clock)
    {
        (_log, _clock) = (log, clock);
        Stream = new AlertStream(StreamName, options.StreamKept, options.StreamQueue, streams);
        _sinks.Add(Stream);
        if (options.Log)
            _sinks.Add(new LogSink(LogName, line => log.Info("alerts", line)));
        var generator = http.ExternalUrl is { } external ? new Uri(external, "api/v1/alerts") : null;
        foreach (var at in options.Alertmanagers)
        {
            var sink = new AlertmanagerSink(at.Name, new AlertmanagerOptions(at.Url, at.Auth, at.Resend, generator, options.RunbookUrl), clock);
            Alertmanagers.Add(sink);
            _owned.Add(sink);
            _sinks.Add(sink);
            _loops.Add(sink.RunAsync);
        }
        var silences = options is { RespectSilences: true, Alertmanagers: [var first, ..] } ? new SilenceWatch(first.Url, first.Auth, SilencesEvery, clock) : null;
        Silences = silences;
        if (silences is not null)
        {
            _owned.Add(silences);
            _loops.Add(silences.RunAsync);
        }
        foreach (var (name, webhook) in options.Webhooks)
        {
            var sink = new WebhookSink(name, webhook, clock);
            _owned.Add(sink);
            _sinks.Add(sink);
            if (silences is not null)
                _silences.Add(name, silences);
        }
        Dispatch = new DispatchOptions(options.Attempt, DispatchOptions.Usual.Poll, options.GiveUpAfter, DispatchOptions.Usual.Retry);
    }

    public string Name => "sinks";

    public AlertStream Stream { get; }

    public List<AlertmanagerSink> Alertmanagers { get; } = [];

    /// <summary>Null: nobody is asked for them.</summary>
    public ISilences? Silences { get; }

    public DispatchOptions Dispatch { get; }

    /// <summary>Under these names rows are to be put into the outbox.</summary>
    public IReadOnlyList<string> Names => [.. _sinks.Select(s => s.Name)];

    /// <summary>Empty before the start.</summary>
    public IReadOnlyList<OutboxDispatcher> Dispatchers => _dispatchers;

    /// <summary>Where the rows come from; asked at the start.</summary>
    public Func<IOutbox>? Outbox { get; set; }

    /// <summary>Revisions that waited for sinks that are no more.</summary>
    public long Dropped { get; private set; }

    /// <summary>What lasts, for those who tell of it again and again.</summary>
    public void Seed(IEnumerable<Alert> open)
    {
        if (Alertmanagers.Count == 0)
            return;
        var all = open.ToList();
        foreach (var sink in Alertmanagers)
            sink.Open.Seed(all);
    }

    /// <summary>What waits for a sink that was taken out of the options waits for nobody. Before the start.</summary>
    /// <exception cref="Tocsin.Shared.DependencyException">The store is away.</exception>
    public void DropOthers(IStore store)
    {
        var known = Names.ToHashSet(StringComparer.Ordinal);
        foreach (var (sink, waiting) in store.OutboxDepth().Where(s => !known.Contains(s.Key)).OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            while (store.DropAsync(new OutboxRange(sink)).GetAwaiter().GetResult() is > 0 and var some)
                Dropped += some;
            _log.Warning(Name, $"{waiting} revisions of alerts waited for '{OneLine.Of(sink)}', which is no sink any more: they are dropped");
        }
    }

    public CheckResult Check(string name, long waiting)
    {
        if (_dispatchers.Find(d => d.Sink == name) is not { } dispatcher)
            return CheckResult.Good("not started yet");
        var resending = Alertmanagers.Find(a => a.Name == name)?.Trouble;
        var silences = _silences.GetValueOrDefault(name);
        return SinkChecks.Of(dispatcher.Health, waiting, resending, silences is { Trouble: { } why } ? why : null, _clock.GetUtcNow());
    }

    private void Attach(IOutbox outbox)
    {
        // Jitter only: nothing that is decided or stored depends on it.
        var random = new Random(unchecked((int)_clock.GetTimestamp()));
        foreach (var sink in _sinks)
        {
            var own = new Random(random.Next());
            var dispatcher = new OutboxDispatcher(outbox, sink, Dispatch, _clock, own.NextDouble, _silences.GetValueOrDefault(sink.Name));
            _dispatchers.Add(dispatcher);
            _loops.Add(dispatcher.RunAsync);
        }
    }

    /// <summary>One more, of the daemon's own. Before the start.</summary>
    public void Add(IAlertSink sink) => _sinks.Add(sink);

    /// <summary>A commit has put rows into the outbox. Never blocks.</summary>
    public void Wake()
    {
        foreach (var dispatcher in _dispatchers)
            dispatcher.Wake();
    }

    public Task StartAsync(CancellationToken stop)
    {
        Attach(Outbox?.Invoke() ?? throw new InvalidOperationException("no outbox to take from"));
        _running = [.. _loops.Select(l => GuardAsync(l))];
        return Task.CompletedTask;
    }

    /// <summary>What is not delivered by then is in the outbox and goes at the next start.</summary>
    public async Task StopAsync(CancellationToken limit)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).WaitAsync(limit);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        foreach (var owned in _owned)
            owned.Dispose();
        _stop.Dispose();
    }

    /// <summary>A defect in one sink ends neither the process nor the other sinks: its loop begins anew.</summary>
    private async Task GuardAsync(Func<CancellationToken, Task> loop)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await loop(_stop.Token);
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _log.Error(Name, $"a loop failed and begins anew: {e}");
            }
            try
            {
                await Task.Delay(AgainAfter, _clock, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
