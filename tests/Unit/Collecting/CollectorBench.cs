using Tocsin.Actors.Learning;
using Tocsin.Actors.Log;
using Tocsin.Actors.Persistence;
using Tocsin.Actors.Persistence.Memory;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Collecting;

/// <summary>A collector in a folder of its own, and the store that it asks.</summary>
internal sealed class CollectorBench : IDisposable
{
    public const long Zero = 1_700_000_000_000;

    private static readonly TopicPartition At = new(LogTopics.Samples, 0);

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-test").FullName;
    private long _epoch;
    private long _offset;

    public CollectorBench(CollectOptions? options = null)
    {
        Options = options ?? new CollectOptions { CadenceMs = 1000, Settle = TimeSpan.FromSeconds(10), SaveEvery = 5 };
        Collector = Start();
    }

    public CollectOptions Options { get; }

    public Collector Collector { get; private set; }

    public Corpus Corpus { get; private set; } = null!;

    public MemoryStore Store { get; } = new(new MemoryDatabase());

    public static NodeKey Node(int number) => new("hpc", $"cn{number}");

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Another life: what is in files is there.</summary>
    public Collector Start()
    {
        Corpus = new Corpus(Path.Combine(_folder, "segments"), Fail);
        Corpus.Open();
        return Collector = new Collector(Options, Corpus, new OpenFiles(Path.Combine(_folder, "open"), Options.CadenceMs, Fail), new StateSpans([]));
    }

    /// <summary>A frame a second, from one second to another after <see cref="Zero"/>.</summary>
    public void Frames(int node, int segmentStart, int from, int until, bool common = false)
    {
        for (var t = from; t < until; t++)
            Collector.Take(new TappedFrame(Node(node), Zero + (segmentStart * 1000), Zero + (t * 1000), SmallRecording.Schema, [t, node, 0, 0], common));
    }

    public Task SegmentAsync(int node, int start, int? end, JobState? job = JobState.Completed, Alert? alert = null) => CommitAsync(new ShardCommit
    {
        Shard = At,
        Epoch = 0,
        NextOffset = 0,
        Segments = [new SegmentRow(Node(node), Zero + (start * 1000), end is { } e ? Zero + (e * 1000) : null, job is null ? [] : [new JobKey($"{start}", Zero + (start * 1000))], 3, 2)],
        Jobs = job is { } state ? [Run(start, end, state)] : [],
        Alerts = alert is null ? [] : [new StoredAlert(alert, "c")],
    });

    public async Task CommitAsync(ShardCommit commit)
    {
        if (_epoch == 0)
            _epoch = ((Acquired)await Store.AcquireAsync(At)).Epoch;
        Assert.IsType<Committed>(await Store.CommitAsync(commit with { Epoch = _epoch, NextOffset = ++_offset }));
    }

    private static JobEvent Run(int start, int? end, JobState state) => new()
    {
        Source = JobEventSource.Accounting,
        JobId = $"{start}",
        JobName = "lattice",
        User = "mira",
        StartMs = Zero + (start * 1000),
        EndMs = end is { } e ? Zero + (e * 1000) : null,
        State = state,
        AsOfMs = Zero,
        NodeList = "cn1",
        NodeCount = 1,
    };

    private static void Fail(string line) => Assert.Fail(line);
}
