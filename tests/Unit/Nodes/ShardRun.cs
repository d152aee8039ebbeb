using Tocsin.Actors.Alerts.Rules;
using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Log;
using Tocsin.Actors.Nodes;
using Tocsin.Actors.Nodes.Shard;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Shards;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Nodes;

/// <summary>A shard of nodes over a list of records, its store in memory, and crashes where a test wants them.</summary>
internal sealed class ShardRun(ListLog log, NodeShardOptions? options = null) : IDisposable
{
    private static readonly Lazy<ScoringLibrary> Library = new(() => new ScoringLibrary(SmallRecording.Library.Value));
    private static readonly Lazy<ScoringLibrary> Other = new(() => ScorerRun.Treated());
    private static readonly TopicPartition At = new(LogTopics.Samples, 0);

    private readonly BatchScorer _scorer = new(1);
    private readonly SortedDictionary<string, NodeRow> _rows = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, byte[]> _parts = [];
    private readonly SortedDictionary<string, byte[]> _shardRows = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SegmentRow> _segments = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<string>> _findings = new(StringComparer.Ordinal);
    private NodeShard _shard = null!;
    private long _applied;

    public long NextOffset { get; private set; }

    public int Commits { get; private set; }

    public int DeadLetters { get; private set; }

    /// <summary>Views of nodes that were published.</summary>
    public int Shown { get; private set; }

    /// <summary>Views of nodes that were taken away.</summary>
    public HashSet<string> Hidden { get; } = [];

    public long NowMs { get; set; } = 1_000_000;

    /// <summary>Told of what the nodes take in.</summary>
    public INodeTap? Tap { get; init; }

    public NodeShard Shard => _shard;

    public IEnumerable<NodeRow> Rows => _rows.Values;

    public int Parts => _parts.Count;

    public IReadOnlyDictionary<string, byte[]> ShardRows => _shardRows;

    /// <summary>By node and time; the last one holds.</summary>
    public SortedDictionary<string, string> Scores { get; } = new(StringComparer.Ordinal);

    public IEnumerable<string> Segments => _segments.Values.Select(s => $"{s with { Jobs = [] }} {string.Join(' ', s.Jobs)}");

    public List<Finding> Said { get; } = [];

    public IEnumerable<string> Findings => _findings.SelectMany(f => f.Value);

    public bool Done => _applied >= log.Records.Count;

    public static NodeShardOptions Options { get; } = new()
    {
        Catalogue = Catalogue.Parse("metric cpu gauge - 0.01 = sum of cpu_v\nmetric memory gauge - 0.01 = sum of memory_v\nmetric disk gauge - 0.01 = sum of disk_v\nmetric oom rate 1/s 0.1 = sum of oom_total", "test"),
        Nodes = new NodeOptions { Frames = NodeBench.Options, StaleMs = 20_000, Rules = Rules },
    };

    private static RuleSet Rules => new(
    [
        new Rule("disk-filled", "disk", new RuleCondition.Gained(50), TimeSpan.FromSeconds(4), Severity.Warning, FaultKind.Disk, "{value}, {was} before"),
        new Rule("oom-kill", "oom", new RuleCondition.Increase(2, TimeSpan.FromSeconds(9)), TimeSpan.Zero, Severity.Warning, FaultKind.Memory, "{value} within {window}"),
    ]);

    public void Dispose() => _scorer.Dispose();

    /// <summary>Memory is gone; what is stored is taken up again.</summary>
    public ShardRun Start()
    {
        _shard = new NodeShard(options ?? Options, v => v == 1 ? Library.Value : Other.Value, _parts.GetValueOrDefault, new Views(this), _ => { }, (node, score) => Scores[$"{node.Name} {score.TimeMs}"] = SegmentScorerSpec.Bits(score), tap: Tap);
        _shard.Load(new Acquired(1, NextOffset, 0, [.. _rows.Values], _shardRows.ToDictionary(), new Dictionary<string, long>(), _parts.Keys.LastOrDefault() + 1));
        _applied = NextOffset;
        return this;
    }

    public void Apply(int records)
    {
        for (var end = Math.Min(log.Records.Count, _applied + records); _applied < end; _applied++)
            _shard.Apply(log.Record((int)_applied));
    }

    public void Score()
    {
        while (_shard.Windows() is { } windows)
        {
            _scorer.Run(windows);
            _shard.Complete(windows);
        }
    }

    public ShardCommit? Draft(bool whole = false) => _shard.Draft(new ShardMoment(At, 1, _applied, NowMs, CaughtUp: true, whole));

    public void Store(ShardCommit? commit)
    {
        if (commit is null)
            return;
        Assert.InRange(commit.NextOffset, NextOffset, _applied);
        Commits++;
        NextOffset = commit.NextOffset;
        foreach (var node in commit.Nodes)
            _rows[node.Node.Name] = node;
        foreach (var node in commit.RemovedNodes)
            _rows.Remove(node.Name);
        foreach (var name in commit.RemovedRows)
            Assert.True(_shardRows.Remove(name), name);
        foreach (var row in commit.Rows)
            _shardRows[row.Name] = row.Bytes.ToArray();
        foreach (var number in commit.RemovedParts)
            Assert.True(_parts.Remove(number), $"part {number}");
        foreach (var part in commit.Parts)
            _parts.Add(part.Number, part.Bytes.ToArray());
        foreach (var (node, start) in commit.RemovedSegments)
            _segments.Remove($"{node.Name} {start}");
        foreach (var segment in commit.Segments)
            _segments[$"{segment.Node.Name} {segment.StartMs}"] = segment;
        foreach (var finding in commit.Findings)
            Keep(finding);
        DeadLetters += commit.DeadLetters.Count;
    }

    public void Step(int records)
    {
        Apply(records);
        Score();
        var commit = Draft();
        Store(commit);
        if (commit is not null)
            _shard.Committed();
    }

    /// <summary>To the end, with all written.</summary>
    public ShardRun Finish(Func<int> records)
    {
        while (!Done)
        {
            Step(records());
            NowMs += 700;
        }
        Store(Draft(whole: true));
        return this;
    }

    private void Keep(NewFinding finding)
    {
        Assert.True(FindingRecord.TryRead(finding.Payload.Span, out var found, out var status, out var why), why);
        var node = found?.Node ?? status!.Node;
        if (found is not null)
            Said.Add(found);
        // Within a commit a node's statuses come before its findings.
        var words = $"{node.Name} {(found is null ? "stands" : "shows")}";
        if (!_findings.TryGetValue(words, out var said))
            _findings[words] = said = [];
        said.Add(found is null
            ? $"{status! with { Jobs = [] }} {string.Join(' ', status.Jobs)}"
            : $"{found with { Top = [] }} {string.Join(' ', found.Top)}");
    }

    private sealed class Views(ShardRun run) : IShardViews
    {
        public void Publish(int shard, IReadOnlyList<NodeView> nodes) => run.Shown += nodes.Count;

        public void Remove(int shard, NodeKey node) => run.Hidden.Add(node.Name);

        public void Clear(int shard)
        {
        }

        public void Publish(ShardView shard)
        {
        }
    }
}
