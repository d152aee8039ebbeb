using System.Diagnostics.Metrics;
using Tocsin.Actors.Alerts.Peers;
using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Faults;
using Tocsin.Actors.Log;
using Tocsin.Actors.Log.Files;
using Tocsin.Actors.Nodes;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Nodes.Shard;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Sqlite;
using Tocsin.Actors.Runtime;
using Tocsin.Actors.Shards;
using Tocsin.Actors.Shards.Findings;
using Tocsin.Actors.Sinks;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve.Acting;
using Tocsin.Daemon.Serve.Alerts;
using Tocsin.Daemon.Serve.Faults;
using Tocsin.Daemon.Serve.Labels;
using Tocsin.Daemon.Serve.Learning;
using Tocsin.Daemon.Serve.Patterns;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Daemon.Serve.Verdicts;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Backend;

/// <summary>Log, store and shards of one machine.</summary>
internal sealed partial class StorageBackend : IBackend
{
    private readonly ServeOptions _options;
    private readonly OwnLog _say;
    private readonly TimeProvider _clock;
    private readonly SinkSet _sinks;
    private readonly NodeDirectory _nodes;
    private readonly ShardBoard _nodeShards;
    private readonly ShardBoard _alertShards;
    private readonly LibraryShelf _libraries;
    private readonly PeerBoard _peers;
    private readonly SourceBoard _sources;
    private readonly StoreHealth _health;
    private readonly LogDoor _door;
    private readonly IngestPressure _pressure;
    private readonly StoreReads _reads;
    private readonly VerdictDesk _verdicts;
    private readonly LearningPart? _learning;
    private readonly FaultPart? _faults;
    private readonly ShardBoard _controlShards;
    private readonly Acting.Acting? _acting;
    private FileLog? _log;
    private LogNodeSink? _sink;
    private SqliteStore? _store;
    private InferencePort? _inference;
    private IActorRef? _findings;
    private ShardTallyMeters? _tallies;
    private ScoreMeters? _scores;
    private volatile AlertShard? _alerts;

    public StorageBackend(ServeOptions options, NodeDirectory nodes, SinkSet sinks, OwnLog say, TimeProvider clock)
    {
        _peers = new PeerBoard(options.Peers);
        (_options, _nodes, _sinks, _say, _clock) = (options with { Nodes = options.Nodes with { Peers = _peers } }, nodes, sinks, say, clock);
        _libraries = new LibraryShelf(Path.Combine(options.Data, "libraries"), () => Store, say, clock);
        _nodeShards = new ShardBoard(line => say.Warning("nodes", line));
        _alertShards = new ShardBoard(line => say.Warning("alerts", line));
        _health = new StoreHealth(() => Store, options.Storage, clock, say);
        Foundations =
        [
            new StepPart("log", OpenLog, CloseLog),
            new StepPart("store", OpenStore, () => _store?.Dispose()),
            new LoopPart("store", _health.RunAsync, say),
        ];
        _sources = new SourceBoard(options.Cluster, options.Silence);
        _door = new LogDoor(_sources, clock, line => say.Warning("log", line)) { Seen = batches => _faults?.Look(batches) };
        _learning = options.Learning is { } learning ? new LearningPart(learning, options.Data, () => Store, _libraries, () => _sink, () => options.BudgetFor(nodes.Count), say, clock) : null;
        _faults = options.Faults is { } faults ? new FaultPart(faults, Path.Combine(options.Data, "faults"), options.Storage.Sync == StoreSync.Full, options.Cadence, options.Limits.Nodes, nodes, () => Store, say, clock) : null;
        Libraries = new LibraryDesk(_libraries, () => _learning?.Confirmations ?? [], () => _sink);
        Patterns = new PatternDesk(_libraries, options.Learning, _learning?.Kept, () => _sink);
        Labels = new LabelDesk(() => Store);
        _verdicts = new VerdictDesk(() => Store, v => FindingLog.AppendAsync(Log, v), say, clock);
        _controlShards = new ShardBoard(line => say.Warning("actions", line));
        if (options.Decides)
        {
            _acting = new Acting.Acting(
                options, nodes, () => Log, () => _nodeShards.All.Concat(_alertShards.All), () => _libraries.ActivatedMs, () => sinks.Silences, () => _faults?.Outlook ?? NoOutlook.One, say, clock);
            sinks.Add(_acting.Alerts);
        }
        Workers =
        [
            new StepPart("inference", () => _inference = new InferencePort(options.Storage.Threads), () => _inference?.Dispose()),
            .. _learning is null ? (IPart[])[] : [_learning],
            .. _faults is null ? (IPart[])[] : [new StepPart("faults", _faults.Open, _faults.Close)],
            .. _acting is null ? (IPart[])[] : [new StepPart("acting", () => { }, _acting.Dispose), _acting.Loop],
            new ActorsPart(StartShards, say, clock),
            .. _faults is null ? (IPart[])[] : [new LoopPart("faults", _faults.RunAsync, say)],
            new LoopPart("peers", new PeerLoop(_peers, options.Cadence, f => FindingLog.AppendAsync(Log, f), say, clock).RunAsync, say),
            new LoopPart("sources", new SourceLoop(_sources, Expected, t => _door.AppendAsync(t), f => FindingLog.AppendAsync(Log, f), options.Cadence, say, clock).RunAsync, say),
            new LoopPart("verdicts", _verdicts.RunAsync, say),
            new LoopPart("library", stop => _libraries.ActivateAsync(() => _sink, stop), say),
        ];
        _reads = new StoreReads(() => Store);
        _pressure = new IngestPressure(clock, Environment.ProcessorCount);
    }

    public IReadOnlyList<IPart> Foundations { get; }

    public IReadOnlyList<IPart> Workers { get; }

    public ISampleSink Samples => _door;

    public IJobEventSink JobEvents => _door;

    public UserNames Users { get; private set; } = UserNames.Plain;

    public INodeStateSink NodeStates => _door;

    public void Worked(TimeSpan passed, TimeSpan processor) => _pressure.Worked(passed, processor);

    public IAlertReader Alerts => _reads;

    public IHistoryReader History => _reads;

    public ILibraryDesk Libraries { get; }

    public IPatternDesk Patterns { get; }

    public ILabelDesk Labels { get; }

    public IVerdictDesk Verdicts => _verdicts;

    public IFaultDesk Faults => _faults ?? (IFaultDesk)new NoFaultDesk();

    public IActionDesk Actions => _acting is null ? NoActions.One : _acting.Desk;

    public ICheckpointDesk Checkpoints => _acting is null ? new NoCheckpointDesk() : _acting.Desk;

    public IReadOnlyDictionary<string, long> Waiting => _health.Depth;

    public IOutbox Outbox => new StoreOutbox(Store);

    private FileLog Log => _log ?? throw new InvalidOperationException("the log is not open yet");

    private SqliteStore Store => _store ?? throw new InvalidOperationException("the store is not open yet");

    public void AddChecks(Readiness readiness)
    {
        readiness.Add("log", () => _door.Check);
        readiness.Add("store", () => _health.Check);
        readiness.Add("nodes", () => _nodeShards.Check(_options.Storage.Log.Topics[LogTopics.Samples]));
        readiness.Add("alerts", () => _alertShards.Check(1));
        readiness.Add("library", () => _libraries.Check);
        _acting?.AddChecks(readiness, _controlShards);
    }

    public void AddMeters(Meter meter)
    {
        _tallies = new ShardTallyMeters(meter);
        _learning?.AddMeters(meter);
        _faults?.AddMeters(meter);
        _acting?.AddMeters(meter);
        meter.CreateObservableGauge("tocsin_library_version", () => _libraries.Active, null, "Of the library that new segments are scored by; 0: none.");
        ShardBoard.AddMeters(meter, _clock, (topic, shard) => _log?.Bounds(new TopicPartition(topic, shard)).Next ?? 0, (LogTopics.Samples, _nodeShards), (LogTopics.Findings, _alertShards), (LogTopics.Control, _controlShards));
        meter.CreateObservableGauge("tocsin_ingest_pressure", () => _pressure.Share, null, "Share of the processors that the taking of samples wanted in the last quarter of a second; from 0.1 on records wait in the log, up to remote_write.patience.");
        meter.CreateObservableGauge("tocsin_sources_away", () => _sources.Away.Count(), null, "Ways by which samples come (remote_write, scrape) that bring nothing though they should.");
        meter.CreateObservableGauge("tocsin_peer_jobs", () => _peers.Jobs, null, "Jobs whose nodes are compared with each other.");
        meter.CreateObservableGauge("tocsin_findings_muted", () => _alerts?.Muted ?? 0, null, "Findings that last and are not told of, because of a verdict.");
        meter.CreateObservableCounter("tocsin_log_refusals", () => _door.Refusals, null, "Appends that the log refused, because of too much or because it could not.");
        meter.CreateObservableGauge("tocsin_outbox_waiting", () => _health.Depth.Select(d => new Measurement<long>(d.Value, new KeyValuePair<string, object?>("sink", d.Key))), null, "Revisions of alerts that wait to be delivered.");
        meter.CreateObservableCounter("tocsin_inference_windows", () => _inference?.Windows ?? 0, null, "Windows computed.");
        meter.CreateObservableCounter("tocsin_inference_batches", () => _inference?.Batches ?? 0, null, "Batches of windows computed.");
        _scores = new ScoreMeters(meter, _clock);
    }

    /// <summary>Who scrapes is to hear something; what is pushed is missed by those who had nodes when they were stopped, and have no other way.</summary>
    private IEnumerable<SampleSource> Expected() => _options switch
    {
        { Scrape: not null } => [SampleSource.Scrape],
        { RemoteWrite: not null } when _nodes.Count > 0 => [SampleSource.RemoteWrite],
        _ => [],
    };
}
