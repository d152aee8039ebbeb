using Tocsin.Actors.Alerts.Shard;
using Tocsin.Actors.Persistence;
using Tocsin.Inference.Learning;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes;

/// <summary>What the nodes of a shard have to say since the last commit. Nothing of it leaves before it is committed.</summary>
public sealed class NodeEffects
{
    private readonly Dictionary<(NodeKey Node, long StartMs), SegmentRow?> _segments = [];

    private readonly List<Finding> _findings = [];
    private readonly List<NodeStatus> _statuses = [];
    private readonly List<JobEvent> _jobs = [];
    private readonly List<NewFinding> _earlier = [];

    /// <summary>Each node's in their order.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    public IReadOnlyList<NodeStatus> Statuses => _statuses;

    /// <summary>For the topic of findings. Statuses first: who shows a finding is counted against who is there.</summary>
    public IReadOnlyList<NewFinding> Told => [.. _earlier, .. _statuses.Select(FindingRecord.Of), .. _findings.Select(FindingRecord.Of)];

    /// <summary>Runs with a start that a node's timeline took in.</summary>
    public IReadOnlyList<JobEvent> Jobs => _jobs;

    /// <summary>Counts what was added: a node whose turn moved it has to be stored with it.</summary>
    public long Changes { get; private set; }

    /// <summary>Job events from before the horizon: they only corrected the table of segments.</summary>
    public long LateJobEvents { get; set; }

    /// <summary>Frames scored.</summary>
    public long Scored { get; set; }

    /// <summary>Null, or told of each score; a frame that was cut anew is told of again.</summary>
    public Action<NodeKey, FrameScore>? OnScore { get; init; }

    /// <summary>Null, or told of the time of each frame that is scored while it is its node's newest, unix milliseconds.</summary>
    public Action<long>? OnNewest { get; init; }

    /// <summary>Null, or told of what nodes take in.</summary>
    public INodeTap? Tap { get; init; }

    /// <summary>Null, or shown each frame with what the model took it for.</summary>
    public INodeFrames? Frames { get; init; }

    /// <summary>Segments as they now stand, by node and start.</summary>
    public IEnumerable<SegmentRow> Segments => _segments.Where(s => s.Value is not null).OrderBy(s => s.Key.Node.Name, StringComparer.Ordinal).ThenBy(s => s.Key.StartMs).Select(s => s.Value!);

    /// <summary>Segments that there are no more: cut anew.</summary>
    public IEnumerable<(NodeKey Node, long StartMs)> RemovedSegments => _segments.Where(s => s.Value is null).Select(s => s.Key).OrderBy(s => s.Node.Name, StringComparer.Ordinal).ThenBy(s => s.StartMs);

    public bool Any => _earlier.Count + _findings.Count + _statuses.Count + _jobs.Count + _segments.Count > 0;

    public void Add(Finding finding)
    {
        _findings.Add(finding);
        Changes++;
    }

    public void Add(NodeStatus status)
    {
        _statuses.Add(status);
        Changes++;
    }

    /// <summary>A node that is watched no more takes with it what it found before, so this stands behind that, and before whatever a new node of the name says.</summary>
    public void Leave(NodeStatus gone)
    {
        var told = Told;
        _earlier.Clear();
        _earlier.AddRange(told);
        _earlier.Add(FindingRecord.Of(gone));
        _statuses.Clear();
        _findings.Clear();
        Changes++;
    }

    public void Add(JobEvent said)
    {
        _jobs.Add(said);
        Changes++;
    }

    public void Set(SegmentRow segment)
    {
        _segments[(segment.Node, segment.StartMs)] = segment;
        Changes++;
    }

    public void Remove(NodeKey node, long startMs)
    {
        _segments[(node, startMs)] = null;
        Changes++;
    }

    public void Clear()
    {
        _earlier.Clear();
        _findings.Clear();
        _statuses.Clear();
        _jobs.Clear();
        _segments.Clear();
        LateJobEvents = Scored = 0;
    }
}
