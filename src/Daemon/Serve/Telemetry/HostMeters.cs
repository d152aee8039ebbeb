using System.Diagnostics.Metrics;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Telemetry;

/// <summary>Numbers that are looked up when they are asked for.</summary>
internal sealed class HostMeters
{
    public HostMeters(Meter meter, NodeDirectory nodes, OwnLog log)
    {
        meter.CreateObservableGauge("tocsin_build_info", () => new Measurement<long>(1, new KeyValuePair<string, object?>("version", Build.Version)), null, "Always 1.");
        meter.CreateObservableGauge("tocsin_nodes", () => Enum.GetValues<NodeCondition>().Select(c =>
            new Measurement<long>(nodes.Nodes.LongCount(n => n.Condition == c), new KeyValuePair<string, object?>("state", Http.Schema.Word(c)))), null, "Watched nodes by state.");
        meter.CreateObservableCounter("tocsin_nodes_left_out", () => nodes.LeftOut, null, "Views that were not kept because of limits.nodes.");
        meter.CreateObservableGauge("tocsin_frames_kept_bytes", () => nodes.Frames.Bytes, null, "Of recent frames with what was expected of them, for the page; limits.frames bounds them.");
        meter.CreateObservableCounter("tocsin_log_lines_left_out", () => log.Suppressed, null, "Lines of the own log beyond logging.lines_per_second.");
    }
}
