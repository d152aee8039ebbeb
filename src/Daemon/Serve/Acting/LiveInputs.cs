using Tocsin.Actors.Faults;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Checkpointing.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Acting;

/// <summary>What the supervisor looks at, from what the daemon shows anyway. Any thread; never waits.</summary>
/// <param name="brakes">Within which time nodes count as having become anomalous together, and what input is fresh.</param>
/// <param name="shards">Of the shards that samples and findings go through.</param>
/// <param name="library">When the library was activated; 0 = there is none.</param>
internal sealed class LiveInputs(
    NodeDirectory nodes, Func<ClusterPicture?> picture, BrakeOptions brakes, Func<IEnumerable<ShardView>> shards, Func<long> library, Func<ISilences?> silences, Func<IFaultOutlook> faults) : ISupervisorInputs
{
    public ClusterPicture? Picture => picture();

    public LiveFacts Facts(long nowMs)
    {
        var (fresh, watched, anomalous) = (0, 0, 0);
        foreach (var node in nodes.Nodes)
        {
            // Of these nobody expects input: what Slurm alone knows may never have been scraped.
            if (node.FrameMs <= 0 || node.Condition == NodeCondition.Down || node.SchedulerState?.Contains("POWER", StringComparison.Ordinal) == true)
                continue;
            watched++;
            fresh += brakes.IsFresh(node.FrameMs, nowMs) ? 1 : 0;
            if (node.Condition == NodeCondition.Anomalous && nowMs - node.SinceMs <= brakes.MassMs)
                anomalous++;
        }
        var lag = shards().Select(s => s.WaitsSinceMs == 0 ? 0 : Math.Max(0, nowMs - s.WaitsSinceMs)).DefaultIfEmpty(0).Max();
        // One machine: its lock on the data folder is held as long as the process lives, so nobody takes over meanwhile.
        return new LiveFacts(fresh, lag, library(), watched, anomalous, long.MaxValue);
    }

    public NodeReading Read(NodeKey node) => nodes.Find(node) is { } view
        ? new NodeReading(view.Threshold > 0 ? view.Score / view.Threshold : double.NaN, view.Condition == NodeCondition.Anomalous)
        : new NodeReading(double.NaN, false);

    public FaultOutlook? Outlook(NodeKey node, long nowMs) => faults().Of(node, nowMs);

    /// <summary>Before Alertmanager was asked once nobody knows what people asked quiet for: nothing is done to it then.</summary>
    public bool Silenced(AlertLabels labels, long nowMs) => silences() is { } known && (!known.Asked || known.IsSilenced(labels, DateTimeOffset.FromUnixTimeMilliseconds(nowMs)));
}
