using System.Diagnostics.Metrics;
using Tocsin.Actors.Learning;
using Tocsin.Shared;

namespace Tocsin.Daemon.Serve.Learning;

/// <summary>What the collector and the learner have done, for whoever looks. Written by their two threads, each its own.</summary>
internal sealed class LearnerCounts
{
    private long _open;
    private long _nodes;
    private long _collected;
    private long _versions;
    private long _refused;
    private long _failed;
    private long _milliseconds;
    private volatile Rejections _left = new();

    public void Looked(Collector collector)
    {
        Interlocked.Exchange(ref _open, collector.OpenBytes);
        Interlocked.Exchange(ref _nodes, collector.OpenNodes);
        Interlocked.Exchange(ref _collected, collector.Kept);
        _left = collector.Refused.Copy();
    }

    public void Version(TimeSpan took) => Trained(ref _versions, took);

    public void Refused(TimeSpan took) => Trained(ref _refused, took);

    public void Failed(TimeSpan took) => Trained(ref _failed, took);

    public void AddTo(Meter meter, TapQueue queue, Corpus corpus)
    {
        meter.CreateObservableGauge("tocsin_learning_open_bytes", () => Interlocked.Read(ref _open), null, "Of frames in memory whose segments have not settled; learning.memory bounds them.");
        meter.CreateObservableGauge("tocsin_learning_open_nodes", () => Interlocked.Read(ref _nodes), null, "Nodes whose frames are collected now.");
        meter.CreateObservableGauge("tocsin_learning_kept_segments", () => (long)corpus.All.Count, null, "Segments that are kept to be learned from.");
        meter.CreateObservableGauge("tocsin_learning_kept_bytes", () => corpus.All.Sum(s => s.Bytes), null, "The same in bytes on disk; learning.disk bounds them.");
        meter.CreateObservableCounter("tocsin_learning_collected", () => Interlocked.Read(ref _collected), null, "Segments that were kept.");
        meter.CreateObservableCounter("tocsin_learning_left_out", () => _left.ByReason.Select(r => new Measurement<long>(r.Value.Count, new KeyValuePair<string, object?>("reason", r.Key))), null, "Segments that were not kept, by reason.");
        meter.CreateObservableCounter("tocsin_learning_frames_lost", () => queue.Lost, null, "Frames that the collector was too slow for.");
        meter.CreateObservableCounter("tocsin_learning_trainings", Trainings, null, "Trainings by what came of them: a version, refused by the check on held-out segments, failed.");
        meter.CreateObservableCounter("tocsin_learning_seconds", () => Interlocked.Read(ref _milliseconds) / 1000.0, null, "Time that was spent on trainings and their checks.");
    }

    private IEnumerable<Measurement<long>> Trainings() =>
    [
        new(Interlocked.Read(ref _versions), new KeyValuePair<string, object?>("result", "version")),
        new(Interlocked.Read(ref _refused), new KeyValuePair<string, object?>("result", "refused")),
        new(Interlocked.Read(ref _failed), new KeyValuePair<string, object?>("result", "failed")),
    ];

    private void Trained(ref long count, TimeSpan took)
    {
        Interlocked.Increment(ref count);
        Interlocked.Add(ref _milliseconds, (long)took.TotalMilliseconds);
    }
}
