using System.Diagnostics.Metrics;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Http.Routes;
using Tocsin.Daemon.Reports;
using Tocsin.Daemon.Serve.Alerts;
using Tocsin.Daemon.Serve.Live;
using Tocsin.Daemon.Serve.Slurm;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Ingest.Scraping;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.Daemon.Serve;

/// <summary>The daemon, put together: what stands on what is the order of <see cref="Parts"/>.</summary>
internal sealed class ServeHost : IAsyncDisposable
{
    private readonly ServeOptions _options;
    private readonly OwnLog _log;
    private readonly Meter _meter;
    private readonly MeterCollector _meters;
    private readonly TokenFile? _tokens;
    private readonly ApiServer _api;
    private readonly SinkSet _sinks;
    private readonly SlurmSources _slurm;
    private readonly CancellationTokenSource _stopping = new();
    private readonly RemoteWriteReceiver? _receiver;
    private readonly MungeReader? _munge;
    private readonly PartChain _chain;

    /// <exception cref="Shared.TocsinException">Something that the options name cannot be used.</exception>
    public ServeHost(ServeOptions options, Func<NodeDirectory, SinkSet, IBackend> behind, OwnLog log, TimeProvider clock)
    {
        (_options, _log) = (options, log);
        _meter = new Meter("Tocsin.Daemon", Build.Version, null, scope: this);
        _meters = new MeterCollector(this);
        Nodes = new NodeDirectory(options.Limits.Nodes, options.Cadence, options.Limits.Frames);
        _sinks = new SinkSet(options.Sinks, options.Http, options.Limits.Streams, log, clock);
        var backend = behind(Nodes, _sinks);
        _sinks.Outbox = () => backend.Outbox;
        backend.AddMeters(_meter);
        _tokens = options.Http.TokenFile is { } file ? new TokenFile(file, log, clock) : null;
        var gate = new Gate(_tokens);
        _ = new HostMeters(_meter, Nodes, log);
        // A version counts within one process only: that of another must not be taken for one of this.
        var asOf = new NodesAsOf(options.Cluster, clock, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var topics = new LiveTopics(backend.Libraries, backend.Actions);
        List<ApiRoute> routes = [.. HealthRoutes.All(Readiness, gate, _meters, Nodes), .. NodeRoutes.All(Nodes, options.Cluster), .. LiveRoutes.All(Nodes, options.Cluster, asOf), .. FrameRoutes.All(Nodes, options.Cluster)];
        var ingest = new IngestMeters(_meter);
        if (options.RemoteWrite is { } limits)
        {
            _receiver = new RemoteWriteReceiver(options.Identity, limits, backend.Samples, clock);
            ingest.Add("remote_write", _receiver.Tally);
            IngestMeters.RemoteWrite(_meter, _receiver);
            routes.Add(new RemoteWriteRoute(_receiver, limits, backend.Worked).Route());
        }
        _slurm = new SlurmSources(options.Slurm, options.Cluster, backend.JobEvents, backend.NodeStates, Nodes, log, clock);
        _slurm.AddChecks(Readiness);
        _slurm.AddMeters(_meter);
        var jobEvents = new JobEventsRoute(backend.JobEvents, _slurm.Observe, clock);
        routes.Add(jobEvents.Route());
        ingest.Add(jobEvents);
        List<IPart> sources = [.. _slurm.Parts];
        if (options.Scrape is { } scrape)
        {
            var source = new ScrapeSource(scrape, options.Identity, new SeriesLimits { Nodes = options.Limits.Nodes }, backend.Samples, clock);
            ingest.Add("scrape", source.Tally);
            ScrapeMeters.Add(_meter, source);
            var loop = new LoopPart("scrape", source.RunAsync, log);
            sources.Add(loop);
            Readiness.Add("scrape", () => SourceChecks.Scrape(source, loop));
        }
        SinkMeters.Add(_meter, _sinks);
        routes.AddRange(AlertRoutes.All(backend.Alerts, backend.Verdicts, clock));
        routes.AddRange(new VerdictRoutes(backend.Verdicts, gate, clock).All());
        routes.AddRange(PatternRoutes.All(backend.Libraries, Nodes));
        routes.AddRange(LibraryRoutes.All(backend.Libraries));
        routes.AddRange(ModelRoutes.All(backend.Faults));
        routes.AddRange(new PatternEditRoutes(backend.Patterns, gate, options.Cluster, options.Cadence).All());
        routes.AddRange(new LabelRoutes(backend.Labels, Nodes, gate, options.Cluster, clock).All());
        routes.AddRange(new DecisionRoutes(backend.Actions, clock).All());
        routes.AddRange(new ActionRoutes(backend.Actions, gate, options.Cluster, clock).All());
        routes.Add(new NodeCheckRoute(backend.Actions, clock).Route());
        routes.Add(new ShadowRoute(backend.Actions, clock).Route());
        routes.AddRange(HistoryRoutes.All(backend.History, options.Cluster));
        routes.Add(new ReportRoute(new ReportSource(backend.History, backend.Alerts, backend.Verdicts, Nodes.Scores, () => backend.Users, options.Cluster, options.Cadence, clock), gate).Route());
        routes.Add(JobFrameRoute.Of(Nodes, backend.History, options.Cluster));
        _munge = options.Slurm.Munge is { } munge ? new MungeReader(munge, (command, stop) => BoundedCommand.RunAsync(command, clock, stop)) : null;
        routes.AddRange(new JobCheckpointRoutes(backend.Checkpoints, new MungeGate(_munge), new RefusalLimit(clock, line => log.Warning("checkpoints", line))).All());
        routes.Add(new AlertStreamRoute(_sinks.Stream, clock, _stopping.Token).Route());
        routes.Add(LiveStreamRoute.Of(_sinks.Stream, Nodes, asOf, topics, clock, _stopping.Token));
        routes.AddRange(PageRoutes.All());
        Routes = [.. routes, OpenApi.Route(routes, Build.Version)];
        _api = new ApiServer(options.Http, options.Limits, gate, Routes, new HttpMeters(_meter), topics.Changed, log);
        _chain = new PartChain([new FolderPart(options.Data), .. backend.Foundations, _sinks, .. backend.Workers, .. sources, new HttpPart(_api)], log);
        backend.AddChecks(Readiness);
        foreach (var name in _sinks.Names)
            Readiness.Add($"sink {name}", () => _sinks.Check(name, backend.Waiting.GetValueOrDefault(name)));
    }

    public Readiness Readiness { get; } = new();

    public NodeDirectory Nodes { get; }

    public SinkSet Sinks => _sinks;

    public IReadOnlyList<ApiRoute> Routes { get; }

    public Uri Address => _api.Address;

    public async Task StartAsync(CancellationToken stop)
    {
        await _chain.StartAsync(_options.Limits.Shutdown, stop);
        _log.Info("serve", $"Tocsin {Build.Version} watches {_options.Cluster}; listening on {Address}{(_tokens is null ? ", no tokens asked for" : "")}");
    }

    /// <summary>False where a part did not stop in time.</summary>
    public Task<bool> StopAsync()
    {
        Readiness.Stopping();
        // Streams never end by themselves: the server would wait for them as long as it may.
        _stopping.Cancel();
        return _chain.StopAsync(_options.Limits.Shutdown);
    }

    /// <summary>SIGHUP.</summary>
    public void Reload() => _tokens?.Reload(force: true);

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _slurm.Dispose();
        _munge?.Dispose();
        await _sinks.DisposeAsync();
        _receiver?.Dispose();
        _stopping.Dispose();
        _meters.Dispose();
        _meter.Dispose();
    }

    private sealed class FolderPart(string folder) : IPart
    {
        private FolderLock? _lock;

        public string Name => "data";

        public Task StartAsync(CancellationToken stop)
        {
            _lock = FolderLock.Take(folder);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken limit)
        {
            _lock?.Dispose();
            return Task.CompletedTask;
        }
    }

    private sealed class HttpPart(ApiServer server) : IPart
    {
        public string Name => "http";

        public Task StartAsync(CancellationToken stop) => server.StartAsync(stop);

        public Task StopAsync(CancellationToken limit) => server.StopAsync(limit);
    }
}
