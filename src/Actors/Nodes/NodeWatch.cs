using Tocsin.Actors.Alerts.Findings;
using Tocsin.Actors.Alerts.Rules;
using Tocsin.Shared;

namespace Tocsin.Actors.Nodes;

/// <summary>What is seen in a node's frames without any library: what is never right, and what the board of peers compares.</summary>
/// <remarks>As long as nothing is found and the node's jobs stay the same, a frame allocates nothing here.</remarks>
internal sealed class NodeWatch(NodeKey node, NodeOptions options, IReadOnlyCollection<RuleState> rules)
{
    private readonly RuleWatch _rules = new(options.Rules, rules);
    private (object Jobs, object? Segment) _of;
    private FindingContext _context;

    public IReadOnlyCollection<RuleState> Rules => _rules.States;

    /// <param name="other">The node is another one than before.</param>
    public void Renew(bool other)
    {
        if (other)
            _rules.Renew();
    }

    public void Take(FrameWork frame, NodeNow now, NodeEffects effects)
    {
        // Which jobs run changes with the timeline, or where a segment begins; both are immutable.
        if (!ReferenceEquals(_of.Jobs, now.Jobs) || !ReferenceEquals(_of.Segment, now.Segment))
            (_of, _context) = ((now.Jobs, now.Segment), NodeFindings.Context(node, now));
        var row = frame.Row.AsSpan(0, frame.Schema.Count);
        options.Peers?.Publish(node, _context.Job, _context.JobNodes, _context.SegmentStartMs, frame.TimeMs, frame.Schema, row);
        if (!_rules.Look(frame.TimeMs, frame.Schema, row))
            return;
        foreach (var finding in _rules.Tell(_context, frame.TimeMs, frame.Devices))
            effects.Add(finding);
    }
}
