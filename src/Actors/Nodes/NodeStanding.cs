using Tocsin.Checkpointing.Actions;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Slurm.Nodes;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Nodes;

/// <summary>How a node stands: stale, anomalous and down are three states; muted and warming up are none of them.</summary>
internal sealed class NodeStanding(NodeKey node, NodeOptions options)
{
    private NodeStandingState _state = NodeStandingState.New;
    private Dictionary<string, string>? _devices;

    public NodeStandingState State => _state;

    public bool Stale => _state.StaleSinceMs is not null;

    public bool SilenceIsMeant => _state.Scheduler?.SilenceIsMeant ?? false;

    private NodePresence Presence => _state.Scheduler is { Down: true } ? NodePresence.Down : Stale ? NodePresence.Stale : NodePresence.Fresh;

    private NodeMute Mute => _state.Scheduler is not { Muted: true } scheduler || IsByUs(scheduler) ? NodeMute.None
        : (scheduler.Conditions & NodeConditions.Drained) != 0 ? NodeMute.Drained
        : NodeMute.Maintenance;

    /// <summary>A drain of Tocsin's own, or on its word, hides nothing: its node comes back when nothing shows the fault any more, and a muted alert shows nothing.</summary>
    private static bool IsByUs(NodeState said) =>
        (said.Conditions & ~(NodeConditions.Drained | NodeConditions.Down | NodeConditions.NotResponding)) == 0 && (said.Reason.StartsWith(ActionId.Prefix, StringComparison.Ordinal) || said.Reason.StartsWith(ActionId.CheckPrefix, StringComparison.Ordinal));

    public void Restore(NodeStandingState state) => _state = state;

    /// <summary>A frame came.</summary>
    public void Heard(FrameWork frame, NodeNow now, NodeEffects effects)
    {
        NameDevices(frame);
        if (_state.StaleSinceMs is { } since)
        {
            _state = _state with { StaleSinceMs = null };
            effects.Add(NodeFindings.Silence(node, since, frame.TimeMs, active: false, now));
        }
        Tell(now, frame.TimeMs, effects);
    }

    public void Silent(long sinceMs, long atMs, NodeNow now, NodeEffects effects)
    {
        if (SilenceIsMeant || Stale)
            return;
        _state = _state with { StaleSinceMs = sinceMs };
        effects.Add(NodeFindings.Silence(node, sinceMs, atMs, active: true, now));
        Tell(now, atMs, effects);
    }

    /// <summary>The scheduler's word; of two the later one holds.</summary>
    /// <returns>Whether the node is another one than before: booted, or changed.</returns>
    public bool Take(NodeState said, NodeNow now, NodeEffects effects)
    {
        if (_state.Scheduler is { } known && known.AsOfMs > said.AsOfMs)
            return false;
        var before = _state.Scheduler;
        _state = _state with { Scheduler = said };
        var other = Warm(before is null ? null : NodeIdentityRule.Decide(Of(before), Of(said), said.AsOfMs));
        if (said.Down != (before?.Down ?? false))
        {
            _state = _state with { DownSinceMs = said.Down ? said.AsOfMs : _state.DownSinceMs };
            effects.Add(NodeFindings.Down(node, _state.DownSinceMs, said, now));
        }
        if (said.SilenceIsMeant && _state.StaleSinceMs is { } since)
        {
            _state = _state with { StaleSinceMs = null };
            effects.Add(NodeFindings.Silence(node, since, said.AsOfMs, active: false, now));
        }
        Tell(now, said.AsOfMs, effects);
        return other;
    }

    /// <summary>What its exporters show of the machine itself.</summary>
    /// <returns>As above.</returns>
    public bool Take(NodeIdentity seen, long atMs)
    {
        var other = Warm(NodeIdentityRule.Decide(_state.Identity, seen, atMs));
        _state = _state with { Identity = _state.Identity.With(seen) };
        return other;
    }

    /// <summary>The jobs on the node may be others.</summary>
    public void Jobs(NodeNow now, NodeEffects effects) => Tell(now, now.AtMs, effects);

    /// <summary>A frame was scored.</summary>
    public void Judge(FrameScore frame, SegmentScorer scorer, ScorerScratch scratch, NodeNow now, NodeEffects effects)
    {
        var (alarm, step) = _state.Alarm.Push(frame, frame.TimeMs < _state.WarmUntilMs, options);
        var since = step == AlarmStep.Ends ? _state.Alarm.SinceMs : alarm.SinceMs;
        var strange = alarm.Active || frame.Score > frame.Threshold;
        var top = strange ? FrameEvidence.Explain(scorer, options.TopMetrics, scratch) : [];
        _state = _state with { Alarm = alarm, FrameMs = frame.TimeMs, Score = frame.Score, Threshold = frame.Threshold, Top = [.. top.Select(t => new MetricShare(t.Metric, t.Share))] };
        if (step == AlarmStep.None)
            return;
        for (var i = 0; i < top.Length; i++)
            top[i] = top[i] with { Device = _devices?.GetValueOrDefault(top[i].Metric) };
        effects.Add(NodeFindings.Model(node, since, frame, step != AlarmStep.Ends, top, now));
    }

    public NodeView View(NodeNow now, SegmentMatch? match, long library)
    {
        var condition = Presence switch
        {
            NodePresence.Down => NodeCondition.Down,
            NodePresence.Stale => NodeCondition.Stale,
            _ => _state.Alarm.Active ? NodeCondition.Anomalous : library > 0 && match is { HeadFrames: > 0 } && !float.IsNaN(_state.Score) ? NodeCondition.Normal : NodeCondition.Unknown,
        };
        return new NodeView
        {
            Node = node,
            Condition = condition,
            SinceMs = condition switch
            {
                NodeCondition.Down => _state.DownSinceMs,
                NodeCondition.Stale => _state.StaleSinceMs!.Value,
                NodeCondition.Anomalous => _state.Alarm.SinceMs,
                _ => now.Segment?.StartMs ?? 0,
            },
            Muted = Mute != NodeMute.None || now.AtMs < _state.WarmUntilMs,
            FrameMs = now.AtMs,
            Score = _state.FrameMs == now.AtMs ? _state.Score : float.NaN,
            Threshold = _state.FrameMs == now.AtMs ? _state.Threshold : float.NaN,
            Top = _state.Top,
            SegmentStartMs = now.Segment?.StartMs ?? 0,
            Jobs = [.. now.Jobs.At(now.AtMs).Select(j => j.Run)],
            Match = match is { HeadFrames: > 0 } ? match : null,
            LibraryVersion = library,
            SchedulerState = _state.Scheduler?.Words,
        };
    }

    private bool Warm(NodeChange? change)
    {
        if (change is not null)
            _state = _state with { WarmUntilMs = Math.Max(_state.WarmUntilMs, change.WarmUntilMs) };
        return change is not null;
    }

    /// <summary>The scheduler writes kernels otherwise than exporters do; its words are held against its own.</summary>
    private static NodeIdentity Of(NodeState said) => NodeIdentity.Unknown with { Kernel = said.Kernel.Length == 0 ? null : said.Kernel, BootMs = said.BootMs };

    /// <summary>Of the metrics that the frame before was strange by: a finding that begins with this frame is likely to be about the same.</summary>
    private void NameDevices(FrameWork frame)
    {
        _devices = null;
        foreach (var (metric, _) in _state.Top)
        {
            var column = frame.Schema.IndexOf(metric);
            if (column >= 0 && frame.Devices[column] is { } device)
                (_devices ??= new Dictionary<string, string>(StringComparer.Ordinal))[metric] = device;
        }
    }

    private void Tell(NodeNow now, long atMs, NodeEffects effects)
    {
        var jobs = now.Jobs.At(now.AtMs).Select(j => new JobKey(j.Run.JobId, j.Run.StartMs)).Take(NodeFindings.MaxJobs).ToArray();
        if (_state.Told is { } told && told.Presence == Presence && told.Mute == Mute && told.Switch == _state.Scheduler?.Switch && told.Jobs.SequenceEqual(jobs))
            return;
        var status = new NodeStatus(node, Presence, Mute, jobs, _state.Scheduler?.Switch, true, atMs);
        _state = _state with { Told = status };
        effects.Add(status);
    }
}

/// <summary>As plain data.</summary>
/// <param name="Scheduler">What the scheduler said last.</param>
/// <param name="WarmUntilMs">No finding begins before; event time.</param>
/// <param name="FrameMs">Of the frame that was scored last; the two after it are its score and threshold.</param>
/// <param name="Top">What made that frame strange; empty where it was not.</param>
/// <param name="Told">How it was said to stand.</param>
internal sealed record NodeStandingState(
    NodeState? Scheduler, NodeIdentity Identity, long? StaleSinceMs, long DownSinceMs, long WarmUntilMs, NodeAlarm Alarm, long FrameMs, float Score, float Threshold, MetricShare[] Top, NodeStatus? Told)
{
    public static NodeStandingState New { get; } = new(null, NodeIdentity.Unknown, null, 0, 0, NodeAlarm.Calmed, 0, float.NaN, float.NaN, [], null);
}
