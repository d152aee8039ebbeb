using Tocsin.Actors.Nodes;
using Tocsin.Actors.Persistence;
using Tocsin.Inference.Learning;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Frames;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Nodes;

/// <summary>One watched node and all that it needs, fed with the segments of <see cref="SmallRecording"/>.</summary>
internal sealed class NodeBench : IDisposable
{
    public const long Cadence = 1000;

    private static readonly SeriesId[] Series = [new("cpu_v", []), new("memory_v", []), new("disk_v", []), new("oom_total", [])];

    private readonly BatchScorer _batches = new(1);
    private readonly InferenceBatch _batch = new();

    public NodeBench(bool library = true, long version = 1, NodeOptions? options = null, NodeKey? key = null)
    {
        Key = key ?? Usual;
        Room = new NodeRoom(Frames(), options ?? new NodeOptions { Frames = Options, StaleMs = 20_000 });
        if (library)
        {
            Room.Add(new LiveLibrary(version, new ScoringLibrary(SmallRecording.Library.Value)));
            Room.Active = Room.Find(version);
        }
        Node = new WatchedNode(Key, Room);
        Effects = new NodeEffects { OnScore = (_, score) => Scores[score.TimeMs] = SegmentScorerSpec.Bits(score) };
    }

    public static NodeKey Usual { get; } = new("test", "n1");

    public NodeKey Key { get; }

    public static LiveFrameOptions Options { get; } = new() { CadenceMs = Cadence, GraceMs = 500 };

    public NodeRoom Room { get; }

    public WatchedNode Node { get; set; }

    public NodeEffects Effects { get; }

    public SortedDictionary<long, string> Scores { get; } = [];

    /// <summary>The table of segments, as the effects leave it.</summary>
    public SortedDictionary<long, SegmentRow> Table { get; } = [];

    public List<Finding> Findings { get; } = [];

    public List<NodeStatus> Statuses { get; } = [];

    public List<JobEvent> Jobs { get; } = [];

    public void Dispose() => _batches.Dispose();

    /// <param name="from">First frame of the segment that is fed.</param>
    public void Feed(Segment segment, int from = 0, int? until = null)
    {
        for (var t = from; t < (until ?? segment.Frames); t++)
            Sample(segment.TimesMs[t], segment.Row(t));
    }

    public void Sample(long timeMs, ReadOnlySpan<float> row)
    {
        // What is missing is not sent.
        var samples = new List<Sample>();
        for (var m = 0; m < row.Length; m++)
        {
            if (!float.IsNaN(row[m]))
                samples.Add(new Sample(Series[m], row[m]));
        }
        Node.Apply(new SampleBatch(Key, timeMs, samples), long.MinValue);
        Run();
    }

    public void Say(JobEvent said)
    {
        Node.Apply(said);
        Run();
    }

    public void Run()
    {
        for (Node.Advance(Effects); Node.Waiting is { } waiting; Node.Advance(Effects))
        {
            _batch.Clear();
            _batch.Add(waiting);
            _batches.Run(_batch);
            Node.Complete(_batch.Residual(0), Effects);
        }
        foreach (var (_, start) in Effects.RemovedSegments)
            Table.Remove(start);
        foreach (var segment in Effects.Segments)
            Table[segment.StartMs] = segment;
        Findings.AddRange(Effects.Findings);
        Statuses.AddRange(Effects.Statuses);
        Jobs.AddRange(Effects.Jobs);
        Effects.Clear();
    }

    public static JobEvent Job(string name, long startMs, long? endMs = null, JobEventSource source = JobEventSource.Hook) => new()
    {
        Source = source,
        JobId = $"{startMs / 1000}",
        JobName = name,
        User = "ada",
        StartMs = startMs,
        EndMs = endMs,
        State = endMs is null ? JobState.Running : JobState.Completed,
        AsOfMs = endMs ?? startMs,
        NodeList = "n1",
        NodeCount = 1,
    };

    public static LiveFrameRoom Frames() => new(
        new LayoutPool(
            Catalogue.Parse("metric cpu gauge - 0.01 = sum of cpu_v\nmetric memory gauge - 0.01 = sum of memory_v\nmetric disk gauge - 0.01 = sum of disk_v\nmetric oom rate 1/s 0.1 = sum of oom_total", "test"),
            new SchemaPool(), new Rejections()),
        new SeriesDictionary(), Options);
}
