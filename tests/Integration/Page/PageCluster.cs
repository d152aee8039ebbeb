using Tocsin.Actors.Learning;
using Tocsin.Actors.Persistence;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Patterns;
using Tocsin.Inference.Patterns;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Learning;
using Tocsin.Unit.Serve;

namespace Tocsin.Integration.Page;

/// <summary>The daemon's own host with a made-up cluster in it: jobs of 16 nodes, a few nodes in trouble, one with four hours of scores.</summary>
internal sealed class PageCluster : IAsyncDisposable
{
    public const string Token = "read-token-0123456789", Leaking = "cn0042", Hostile = "<img src=x onerror=\"window.hit=1\">\u202egnp.exe";

    private const int NodesOfJob = 16;
    private const int Step = 15_000;
    private static readonly string[] Programs = ["lattice", "md_melt", "climate-ens", Hostile, "cfd_wing", "genome_map"];

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
    private readonly FakeBackend _backend = new();
    private readonly long _now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / Step * Step;
    private readonly Random _dice = new(7);

    private PageCluster(int nodes, bool tokens)
    {
        var yaml = $"cluster: hpc\ndata: '{Path.Combine(_folder, "data")}'\nlisten: {{address: '127.0.0.1:0'}}\n";
        if (tokens)
        {
            File.WriteAllText(Path.Combine(_folder, "tokens"), $"read {Token}\ningest ingest-token-0123456789\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(Path.Combine(_folder, "tokens"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            yaml += $"tokens: {{file: '{Path.Combine(_folder, "tokens")}'}}\n";
        }
        File.WriteAllText(Path.Combine(_folder, "tocsin.yaml"), yaml);
        var tree = new ConfigTree();
        var problems = new List<string>();
        ConfigLayers.File(Path.Combine(_folder, "tocsin.yaml"), tree, problems);
        var options = ServeOptions.Check(tree, problems, out _);
        Assert.Empty(problems);
        Host = new ServeHost(options!, (_, _) => _backend, new OwnLog(TextWriter.Null, options!.Log, TimeProvider.System), TimeProvider.System);
        Names = [.. Enumerable.Range(1, nodes).Select(i => $"cn{i:0000}")];
    }

    public ServeHost Host { get; }

    public IReadOnlyList<string> Names { get; }

    public static async Task<PageCluster> StartAsync(int nodes, bool tokens = false)
    {
        var cluster = new PageCluster(nodes, tokens);
        await cluster.Host.StartAsync(default);
        cluster.Host.Nodes.Publish(0, [.. cluster.Names.Select((n, i) => cluster.View(i, cluster.First(i)))]);
        if (nodes > 0)
        {
            cluster.Remember();
            cluster._backend.Stored.AddRange(cluster.FirstAlerts());
            cluster._backend.Judged.Keep(cluster.FirstAlerts());
            cluster.Learned();
            cluster.Acting();
        }
        return cluster;
    }

    /// <summary>That share of the nodes changes its condition, and others their score.</summary>
    public void Churn(double share) => Host.Nodes.Publish(0, [.. Enumerable.Range(0, Names.Count).Where(_ => _dice.NextDouble() < share)
        .Select(i => View(i, Host.Nodes.Find(new NodeKey("hpc", Names[i]))!.Condition == NodeCondition.Normal ? NodeCondition.Anomalous : NodeCondition.Normal))]);

    /// <summary>As a cluster lives: that share of the nodes changes its condition each second, as many for the better as for the worse, and each node is scored anew each cadence. Until it is stopped.</summary>
    public async Task LiveAsync(double share, CancellationToken stop)
    {
        const int Beats = 10;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Beats));
        var (changed, scored) = (0.0, 0.0);
        var next = 0;
        var ill = new Queue<int>();
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                var views = new List<NodeView>();
                for (scored += Names.Count * 1000.0 / Step / Beats; scored >= 1; scored--, next = (next + 1) % Names.Count)
                    views.Add(View(next, Host.Nodes.Find(new NodeKey("hpc", Names[next]))!.Condition));
                for (changed += Names.Count * share / Beats; changed >= 1; changed--)
                {
                    var worse = ill.Count < Names.Count / 50 || (ill.Count < Names.Count / 20 && changed % 2 < 1);
                    var i = worse ? _dice.Next(Names.Count) : ill.Dequeue();
                    if (worse)
                        ill.Enqueue(i);
                    views.Add(View(i, worse ? NodeCondition.Anomalous : NodeCondition.Normal));
                }
                Host.Nodes.Publish(0, views);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    public void Become(string node, NodeCondition condition) => Host.Nodes.Publish(0, [View(Names.ToList().IndexOf(node), condition)]);

    public void Learn(long version, string words)
    {
        _backend.Desk.Rows.Add(new LibraryRow(version, "none", _now, words));
        _backend.Desk.Active = (version, _backend.Desk.Active.Library);
    }

    public void Tell(AlertEvent happened)
    {
        _backend.Stored.RemoveAll(a => a.Id == happened.Alert.Id);
        _backend.Stored.Add(happened.Alert);
        _backend.Rows.Add("stream", [happened], _now);
        Host.Sinks.Wake();
    }

    public Alert Alert(long number, string node, FaultKind kind, Severity severity, int minutes, string summary, string evidence, params MetricEvidence[] top) => new()
    {
        Id = new AlertId("hpc", number),
        Revision = 1,
        Labels = new AlertLabels("TocsinNodeFault", "hpc", node, null, null, null, kind),
        Cause = AlertCause.Node,
        Kind = kind,
        Severity = severity,
        SinceMs = _now - (minutes * 60_000L),
        RaisedMs = _now - (minutes * 60_000L) + 45_000,
        UpdatedMs = _now,
        Job = Job(Names.ToList().IndexOf(node)) is { } job ? new JobKey(job.JobId, job.StartMs) : null,
        Nodes = [node],
        NodeCount = 1,
        OutOf = 1,
        Score = 11.2f,
        Threshold = 6.1f,
        Top = top,
        Summary = summary,
        Evidence = $"{summary}. {evidence}",
    };

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync();
        await Host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private NodeCondition First(int i) => Names[i] == Leaking || i % 211 == 57 ? NodeCondition.Anomalous
        : i % 173 == 30 ? NodeCondition.Stale
        : i is >= 600 and < 604 or 12 ? NodeCondition.Down
        : i / NodesOfJob % 13 == 5 ? NodeCondition.Unknown
        : NodeCondition.Normal;

    private JobRun? Job(int i) => i / NodesOfJob % 7 == 6 ? null
        : new JobRun($"{8_812_300 + (i / NodesOfJob)}", Programs[i / NodesOfJob % Programs.Length], "mira", _now - 9_000_000 - (i / NodesOfJob * 60_000), null, []);

    private NodeView View(int i, NodeCondition condition) => new()
    {
        Node = new NodeKey("hpc", Names[i]),
        Condition = condition,
        SinceMs = _now - 1_080_000,
        Muted = i % 97 == 20,
        FrameMs = _now,
        Score = condition is NodeCondition.Anomalous ? 11.2f : condition is NodeCondition.Normal ? 1 + (float)_dice.NextDouble() : float.NaN,
        Threshold = 6.1f,
        Top = condition is NodeCondition.Anomalous ? [new MetricShare("memory_available_bytes", 0.71f), new MetricShare("page_faults_major", 0.14f), new MetricShare("cpu_iowait_share", 0.08f)] : [],
        SegmentStartMs = _now - 9_000_000,
        Jobs = Job(i) is { } job ? [job] : [],
        Match = condition is NodeCondition.Unknown ? null : new SegmentMatch(i % 5, i % 5, 0.6f, 0.93f, 40),
        LibraryVersion = 2,
        SchedulerState = condition is NodeCondition.Down ? "DOWN*" : "ALLOCATED",
    };

    private void Remember()
    {
        var node = new NodeKey("hpc", Leaking);
        var job = Job(Names.ToList().IndexOf(Leaking))!;
        Frames(job);
        var cuts = new[] { 0, 170, 190, 520, 545, 720 };
        for (var i = 0; i < 960; i++)
        {
            var into = i - cuts.Last(c => c <= i);
            var score = 1.2 + (0.4 * Math.Sin(i / 17.0)) + (0.5 * _dice.NextDouble()) + (into < 6 ? 1.5 : 0) + (i is > 610 and < 614 ? 6 : 0) + (i > 888 ? Math.Min(8.6, (i - 888) * 0.28) : 0);
            Host.Nodes.Scores.Keep(node, _now - ((959 - i) * Step), into < 2 ? float.NaN : (float)score, into < 2 ? float.NaN : i < 190 ? 5.2f : 6.1f);
        }
        for (var c = 0; c < cuts.Length; c++)
        {
            var last = c == cuts.Length - 1;
            _backend.Segments.Add(new SegmentRow(node, At(cuts[c]), last ? null : At(cuts[c + 1]), c is 1 or 3 ? [] : [last ? new JobKey(job.JobId, job.StartMs) : new JobKey($"{8_811_100 + (c * 37)}", At(cuts[c]))], 1, 2));
        }

        long At(int i) => _now - ((959 - i) * Step);
    }

    /// <summary>The leaking node and its job: memory falls away from what is expected on the one, the others do as they should.</summary>
    private void Frames(JobRun job)
    {
        _backend.Events.Add(new JobEvent { Source = JobEventSource.Accounting, JobId = job.JobId, JobName = job.JobName, User = job.User, StartMs = job.StartMs, State = JobState.Running, AsOfMs = _now, NodeList = "cn[0033-0048]", NodeCount = NodesOfJob });
        for (var n = 33; n <= 48; n++)
        {
            var key = new NodeKey("hpc", $"cn{n:0000}");
            Host.Nodes.Frames.Want(key);
            for (var i = key.Name == Leaking ? 0 : 480; i < 960; i++)
            {
                var leak = key.Name == Leaking && i > 880 ? (i - 880) * 0.07f : 0;
                var load = (float)Math.Sin(i / 25.0) + (0.2f * (float)_dice.NextDouble());
                Host.Nodes.Frames.Keep(key, _now - ((959 - i) * Step), load, 1.5f + (0.3f * load) - leak, leak + (0.4f * (float)_dice.NextDouble()));
            }
        }
    }

    private void Acting()
    {
        var i = Names.ToList().IndexOf(Leaking);
        if (Job(i) is { } job)
            _backend.Acted.Begin(new NodeKey("hpc", Leaking), job.JobId, [.. Names.Skip(i / NodesOfJob * NodesOfJob).Take(NodesOfJob)], _now);
    }

    private void Learned()
    {
        var library = SmallRecording.Library.Value;
        var set = library.Patterns.State;
        library = library with { Patterns = new PatternSet(set with { Patterns = [.. set.Patterns.Select((p, i) => i == set.Patterns.Length - 1 ? p with { Provisional = true } : p)] }) };
        _backend.Desk.Active = (3, library);
        _backend.Desk.Rows.AddRange([new LibraryRow(2, "none", _now - 9_000_000, "the first library, of 9 segments"), new LibraryRow(3, "none", _now - 900_000, $"pattern 2 ({Hostile}) is accepted by ada")]);
        _backend.Edits.Look = new PatternLook(3, true, 1, [new KeptSegment("x", new NodeKey("hpc", "cn0050"), _now - 7_200_000, _now - 3_600_000, false, Hostile, [], 240, 1000)],
            TypicalShape.Of(library, 0, SmallRecording.Training().Where(s => s.JobName == SmallRecording.Kinds[0]).ToList()));
    }

    private IEnumerable<Alert> FirstAlerts()
    {
        yield return Alert(17, Leaking, FaultKind.Memory, Severity.Critical, 18, $"{Leaking}: node fault likely (memory)",
            "Job 8812302: the other 15 nodes are normal. Memory available 3.1 GiB, expected 41 \u00b1 4 GiB, falling by 0.4 GiB a minute.",
            new MetricEvidence("memory_available_bytes", "bytes", 0.71f, 3.3e9, 4.4e10, 4.3e9, null), new MetricEvidence("page_faults_major", "1/s", 0.14f, 412, 3, 2, null),
            new MetricEvidence("cpu_iowait_share", "share", 0.08f, 0.31, 0.02, 0.01, null));
        if (Names.Count > 300)
        {
            yield return Alert(19, "cn0031", FaultKind.Unreachable, Severity.Warning, 4, "cn0031: no data", "Stale since 4 minutes, while 998 other nodes of its source go on. The scheduler still says ALLOCATED.") with { Score = 0, Threshold = 0 };
            yield return Alert(18, "cn0269", FaultKind.Disk, Severity.Warning, 47, "cn0269: node fault likely (disk)", "Idle. Disk sda busy 98 %, expected 2 \u00b1 1 %.",
                new MetricEvidence("disk_busy_share", "share", 0.83f, 0.98, 0.02, 0.01, "sda"));
        }
        yield return Alert(11, Leaking, FaultKind.Cpu, Severity.Warning, 90, $"{Leaking}: node fault likely (cpu)", "CPU system 41 %, expected 3 \u00b1 1 %.") with { ClearedMs = _now - (84 * 60_000), Reason = ClearReason.Over };
    }
}
