using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Log;
using Tocsin.Actors.Nodes;
using Tocsin.Actors.Nodes.Records;
using Tocsin.Actors.Nodes.Shard;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Daemon.Config;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Backtests;

/// <summary>The daemon's own shards of nodes and of alerts, driven by the time of the history and by nothing else: what they say is what the daemon would have said.</summary>
/// <remarks>One thread, no disk. Left out is what stands outside the shards: the comparison of a job's nodes with each other, sources that are away, verdicts, learning.</remarks>
internal sealed class BacktestChain : IDisposable
{
    private static readonly TopicPartition Samples = new(LogTopics.Samples, 0);
    private static readonly TopicPartition Findings = new(LogTopics.Findings, 0);

    private readonly EventClock _clock = new();
    private readonly DirectLog _log;
    private readonly LogNodeSink _sink;
    private readonly NodeShard _nodes;
    private readonly AlertShard _alerts;
    private readonly BatchScorer _scorer;
    private readonly Dictionary<long, byte[]> _parts = [];
    private readonly Dictionary<AlertId, Alert> _told = [];
    private readonly Dictionary<SegmentKey, SegmentRow> _segments = [];

    /// <param name="onScore">Told of each score.</param>
    public BacktestChain(ServeOptions options, ScoringLibrary library, Catalogue catalogue, Action<NodeKey, FrameScore> onScore, Action<string> say)
    {
        _log = new DirectLog(_clock, Taken);
        _sink = new LogNodeSink(_log, options.Cluster, session: 1, s => catalogue.Uses(s) || IdentityMetrics.Reads(s));
        _nodes = new NodeShard(
            new NodeShardOptions { Catalogue = catalogue, Nodes = options.Nodes }, _ => library, n => _parts.GetValueOrDefault(n), new NoViews(), say, onScore);
        _alerts = new AlertShard(options.Cluster, options.Alerts, [], say);
        _scorer = new BatchScorer(Environment.ProcessorCount);
        var nothing = new Acquired(1, 0, 0, [], new Dictionary<string, byte[]>(), new Dictionary<string, long>());
        _nodes.Load(nothing);
        _alerts.Load(nothing);
    }

    /// <summary>Each as it stands last.</summary>
    public IReadOnlyCollection<Alert> Alerts => _told.Values;

    public IReadOnlyCollection<SegmentRow> Segments => _segments.Values;

    public Rejections Rejections => _nodes.Rejections;

    public long NowMs => _clock.NowMs;

    /// <summary>Scores from here on.</summary>
    public void Begin(long nowMs)
    {
        _clock.Reach(nowMs);
        Done(_sink.ActivateAsync(1));
    }

    public void Take(IReadOnlyList<SampleBatch> batches, long nowMs)
    {
        _clock.Reach(nowMs);
        Done(_sink.AppendAsync(batches, CancellationToken.None));
    }

    public void Take(IReadOnlyList<JobEvent> events) => Done(_sink.AppendAsync(events, CancellationToken.None));

    public void Take(IReadOnlyList<NodeState> states) => Done(_sink.AppendAsync(states, CancellationToken.None));

    /// <summary>Computes and decides what is due by now.</summary>
    public void Step(long nowMs)
    {
        _clock.Reach(nowMs);
        while (_nodes.Windows() is { } windows)
        {
            _scorer.Run(windows);
            _nodes.Complete(windows);
        }
        if (_nodes.Draft(Moment(Samples)) is { } seen)
        {
            foreach (var part in seen.Parts)
                _parts[part.Number] = part.Bytes.ToArray();
            foreach (var number in seen.RemovedParts)
                _parts.Remove(number);
            foreach (var key in seen.RemovedSegments)
                _segments.Remove(key);
            foreach (var segment in seen.Segments)
                _segments[segment.Key] = segment;
            foreach (var finding in seen.Findings)
                _log.Append(Findings, new LogEntry([], 1, finding.Payload.Span), null);
            _nodes.Committed();
        }
        if (_alerts.Draft(Moment(Findings)) is { } decided)
        {
            foreach (var alert in decided.Alerts)
                _told[alert.Alert.Id] = alert.Alert;
            _alerts.Committed();
        }
    }

    public void Dispose() => _scorer.Dispose();

    private ShardMoment Moment(TopicPartition at) => new(at, Epoch: 1, _log.Next(at), _clock.NowMs, CaughtUp: true, Whole: false);

    private void Taken(TopicPartition at, in LogRecord record)
    {
        if (at == Samples)
            _nodes.Apply(record);
        else
            _alerts.Apply(record);
    }

    /// <summary>The log answers before it returns.</summary>
    private static void Done(ValueTask<AppendResult> append)
    {
        if (append.GetAwaiter().GetResult() is not Appended)
            throw new InvalidOperationException("a log that keeps nothing refused a record");
    }
}
