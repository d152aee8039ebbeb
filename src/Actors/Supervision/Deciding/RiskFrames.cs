using Tocsin.Actors.Faults;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.States;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Supervision.Deciding;

/// <summary>What the MLP looks at of a node: what stands live in the supervisor's memory, each bounded, nothing after the moment. What is counted over all nodes is counted once a round.</summary>
internal sealed class RiskFrames
{
    /// <summary>Another number, or another meaning of one, is another learner: the stored one is begun anew.</summary>
    public const int Inputs = 14;

    private const long HourMs = 3_600_000, WeekMs = 7 * 24 * HourMs;
    private const double MostTimes = 10;

    private readonly ClusterPicture _picture;
    private readonly long _now;
    private readonly Dictionary<string, int> _week = new(StringComparer.Ordinal), _nearHour = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobPicture> _jobs = new(StringComparer.Ordinal);
    private readonly int _hour;

    public RiskFrames(ClusterPicture picture, SupervisorState state, long now)
    {
        (_picture, _now) = (picture, now);
        foreach (var failure in state.Failures.Where(f => now - f.DownMs is >= 0 and < WeekMs))
        {
            _week[failure.Node] = _week.GetValueOrDefault(failure.Node) + 1;
            if (now - failure.DownMs >= HourMs)
                continue;
            _hour++;
            if (picture.Switches.TryGetValue(failure.Node, out var leaf))
                _nearHour[leaf] = _nearHour.GetValueOrDefault(leaf) + 1;
        }
        // Of several jobs on a node the one that began first.
        foreach (var job in picture.Jobs.Values.OrderBy(j => j.StartMs).ThenBy(j => j.Id, StringComparer.Ordinal))
        {
            foreach (var node in job.Nodes)
                _jobs.TryAdd(node, job);
        }
    }

    /// <param name="alert">The gravest that is the node's own fault; null = none.</param>
    public double[] Of(NodePicture node, NodeRow row, SuspicionRow? alert, NodeReading reading, FaultOutlook? outlook)
    {
        var job = _jobs.GetValueOrDefault(node.Name);
        var hasRatio = reading.Ratio is > 0 and < double.PositiveInfinity;
        return
        [
            hasRatio ? Math.Clamp(Math.Log(reading.Ratio), -3, 3) : 0,
            hasRatio ? 1 : 0,
            reading.Anomalous ? 1 : 0,
            alert?.Severity switch { Severity.Critical => 3, Severity.Warning => 2, Severity.Info => 1, _ => 0 },
            alert is { ByRule: true } ? 1 : 0,
            row.Health == NodeHealth.Degraded ? 1 : 0,
            LogHours(_now - row.SinceMs),
            // Of a node that never failed here a year.
            LogHours(row.FailedMs > 0 ? _now - row.FailedMs : 52 * WeekMs),
            Math.Min(MostTimes, _week.GetValueOrDefault(node.Name)),
            outlook is { MayAct: true } ? Math.Clamp(outlook.Probability, 0, 1) : 0,
            job is null ? 0 : 1 + LogHours(_now - job.StartMs),
            job is null ? 0 : Math.Log(1 + Math.Min(job.Nodes.Count, 10_000)),
            node.Room.Cores > 0 ? 1 - Math.Clamp((double)node.Room.FreeCores / node.Room.Cores, 0, 1) : 0,
            // Failures beside it within the hour: behind its switch, or on the site where there is no topology.
            Math.Min(MostTimes, _picture.Switches.TryGetValue(node.Name, out var leaf) ? _nearHour.GetValueOrDefault(leaf) : _picture.Switches.Count == 0 ? _hour : 0),
        ];
    }

    private static double LogHours(long ms) => Math.Log(1 + Math.Clamp((double)ms / HourMs, 0, 52 * 7 * 24));
}
