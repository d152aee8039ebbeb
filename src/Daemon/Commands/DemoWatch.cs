using Tocsin.Inference.Learning;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Commands;

/// <summary>A segment of the demo's second part and what the detector said of it, frame by frame.</summary>
internal sealed record WatchedSegment(Segment Segment, IReadOnlyList<FrameVerdict> Verdicts)
{
    private const string Idle = "cpu_idle_share";
    private const string Waiting = "cpu_iowait_share";

    /// <summary>The share of the cores that work, per frame; null where the recording does not tell.</summary>
    public double[]? CpuBusy()
    {
        var (idle, waiting) = (Segment.Metrics.IndexOf(Idle), Segment.Metrics.IndexOf(Waiting));
        if (idle < 0)
            return null;
        var busy = new double[Segment.Frames];
        for (var t = 0; t < busy.Length; t++)
        {
            var row = Segment.Row(t);
            busy[t] = 1 - row[idle] - (waiting < 0 ? 0 : row[waiting]);
        }
        return busy;
    }
}

/// <summary>Collects what detection says; segments come from several threads and in any order.</summary>
internal sealed class DemoWatch
{
    private readonly Lock _lock = new();
    private readonly List<WatchedSegment> _segments = [];

    /// <summary>By node and start.</summary>
    public IReadOnlyList<WatchedSegment> Segments => [.. _segments.OrderBy(s => s.Segment.Node.Name, StringComparer.Ordinal).ThenBy(s => s.Segment.StartMs)];

    public void Add(Segment segment, IReadOnlyList<FrameVerdict> verdicts)
    {
        lock (_lock)
            _segments.Add(new WatchedSegment(segment, verdicts));
    }
}
