using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Tocsin.Ingest.Backfill;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Recordings;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Ingest.Replay;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration.Sources;

public sealed class BackfillSpec(ITestOutputHelper output) : IDisposable, ISampleSink
{
    private const string Prometheus = "/usr/bin/prometheus";
    private const long Zero = 1_700_000_000_000;
    private const int Steps = 2000;

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
    private readonly ConcurrentDictionary<string, double> _values = new();
    private readonly List<long> _times = [];

    private string Out => Path.Combine(_folder, "out");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
    {
        foreach (var batch in batches)
        {
            _times.Add(batch.TimeMs);
            foreach (var sample in batch.Samples)
                _values[$"{batch.Node.Name} {sample.Series.Name} {string.Join(',', sample.Series.Labels)} {batch.TimeMs}"] = sample.Value;
        }
        return ValueTask.FromResult(AppendResult.Done);
    }

    [Fact]
    public async Task History_of_a_real_Prometheus_comes_back_sample_by_sample_and_goes_on_where_it_was_broken_off()
    {
        if (!SystemPart.IsThere(Prometheus, "prometheus", output))
            return;
        var port = FakeExporter.FreePort();
        var config = Path.Combine(_folder, "prometheus.yml");
        File.WriteAllText(config, "global: {}\n");
        // So few samples a question that stretches have to be halved.
        using var prometheus = await SystemPart.StartAsync(Prometheus, new Uri($"http://127.0.0.1:{port}/-/ready"), $"--config.file={config}", $"--storage.tsdb.path={_folder}/db",
            $"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver", "--query.max-samples=1500");
        var sent = await SendAsync(new Uri($"http://127.0.0.1:{port}/api/v1/write"));

        var options = Options(port);
        using var broken = new CancellationTokenSource();
        using (var first = new BackfillRun(options, Out, TimeProvider.System))
        {
            var (plan, resumed) = await first.PlanAsync(default);
            Assert.False(resumed);
            Assert.Equal(["2 cores, 8 GiB: 1 of 2", "4 cores, 8 GiB, 1 GPUs: 1 of 1"], plan.Types.Select(t => $"{t.Type}: {t.Chosen.Count} of {t.Nodes}"));
            Assert.InRange(plan.Points, 1, options.MaxPoints);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.FetchAsync(null, (done, _) => broken.CancelAfter(done == 3 ? 0 : -1), broken.Token));
        }
        Assert.False(Directory.Exists(Out));
        var fetched = Directory.GetFiles(Out + ".parts", "*.tsv.gz").Length;
        Assert.InRange(fetched, 3, 4);

        using (var second = new BackfillRun(options, Out, TimeProvider.System))
        {
            var (plan, resumed) = await second.PlanAsync(default);
            Assert.True(resumed);
            var report = await second.FetchAsync(null, (_, _) => { }, default);
            Assert.True(report.Points < plan.Points);
            output.WriteLine($"{plan.Points} points planned, {report.Points} and {fetched} stretches before, {report.Requests} requests, {report.Scrapes} scrapes");
        }
        Assert.False(Directory.Exists(Out + ".parts"));
        Assert.NotEmpty(DataFolder.Open(Out, new DataOptions()).Segments(default));
        await RecordingPlayer.Open(Out, new ReplayOptions { KeepTimes = true, Speed = double.PositiveInfinity }, TimeProvider.System).RunAsync(this, default);
        // Of two nodes, in the order of time: who plays it must not go back.
        Assert.Equal(_times.Order(), _times);
        var chosen = _values.Keys.Select(k => k.Split(' ')[0]).Distinct().Order().ToArray();
        Assert.Equal(2, chosen.Length);
        var expected = sent.Where(s => chosen.Contains(s.Key.Split(' ')[0])).ToDictionary();
        Assert.Equal(expected.Count, _values.Count);
        Assert.All(expected, e => Assert.Equal(e.Value, _values[e.Key]));
    }

    [Fact]
    public async Task History_without_names_holds_none_and_its_jobs_fit_its_nodes()
    {
        if (!SystemPart.IsThere(Prometheus, "prometheus", output))
            return;
        var port = FakeExporter.FreePort();
        var config = Path.Combine(_folder, "prometheus.yml");
        File.WriteAllText(config, "global: {}\n");
        using var prometheus = await SystemPart.StartAsync(Prometheus, new Uri($"http://127.0.0.1:{port}/-/ready"), $"--config.file={config}", $"--storage.tsdb.path={_folder}/db",
            $"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver");
        await SendAsync(new Uri($"http://127.0.0.1:{port}/api/v1/write"));
        var jobs = Path.Combine(_folder, "jobs.psv");
        File.WriteAllText(jobs, $"JobID|JobName|User|Start|End|NodeList\n7|lattice|mira|{Zero / 1000}|{(Zero / 1000) + Steps}|cn03\n");

        var result = await TocsinProcess.RunAsync("backfill", "--url", $"http://127.0.0.1:{port}", "--from", $"{Zero / 1000}", "--until", $"{(Zero / 1000) + Steps}", "--step", "1s", "--pause", "0s",
            "--jobs", jobs, "--out", Out, "--anonymise");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("hidden: names of 3 nodes, 1 user and 1 kinds of jobs", result.Output);
        using var scrapes = new System.IO.Compression.GZipStream(File.OpenRead(Path.Combine(Out, "scrapes.tsv.gz")), System.IO.Compression.CompressionMode.Decompress);
        var all = await new StreamReader(scrapes).ReadToEndAsync() + File.ReadAllText(Path.Combine(Out, "jobs.psv"));
        Assert.All((string[])["cn01", "cn02", "cn03", "lattice", "mira", "site"], name => Assert.DoesNotContain(name, all));
        // The job's node is one of the recording's.
        Assert.Contains(DataFolder.Open(Out, new DataOptions()).Segments(default), s => s.Jobs.Count == 1);
    }

    [Fact]
    public async Task Token_and_tenant_are_sent_and_a_busy_server_is_asked_again()
    {
        var asked = new ConcurrentQueue<string>();
        using var server = new FakeExporter(async c =>
        {
            asked.Enqueue($"{c.Request.Url!.AbsolutePath} {c.Request.Headers["Authorization"]} {c.Request.Headers["X-Scope-OrgID"]}");
            if (asked.Count == 1)
            {
                c.Response.StatusCode = (int)HttpStatusCode.TooManyRequests;
                c.Response.Close();
                return;
            }
            await FakeExporter.WriteAsync(c, c.Request.Url.AbsolutePath.Contains("label", StringComparison.Ordinal) ? """{"data":[]}""" : """{"data":{"result":[]}}""");
        });
        var token = Path.Combine(_folder, "token");
        File.WriteAllText(token, "sesame\n");
        var options = Options(server.Port) with { Url = new Uri($"http://127.0.0.1:{server.Port}/prometheus/"), Access = new HttpAccess { BearerTokenFile = token, Tenant = "hpc" } };
        using var run = new BackfillRun(options, Out, TimeProvider.System);
        Assert.Contains("no node was found", (await Assert.ThrowsAsync<BadDataException>(() => run.PlanAsync(default))).Message);
        Assert.Equal(5, asked.Count);
        Assert.All(asked, a => Assert.EndsWith(" Bearer sesame hpc", a));
        Assert.All(asked, a => Assert.StartsWith("/prometheus/api/v1/", a));
        Assert.DoesNotContain("sesame", options.ToString());
    }

    [Fact]
    public async Task A_server_that_stays_away_or_refuses_ends_it_with_one_line()
    {
        var nobody = Options(FakeExporter.FreePort()) with { Attempts = 1 };
        using (var run = new BackfillRun(nobody, Out, TimeProvider.System))
            Assert.Contains("did not answer after 1 tries", (await Assert.ThrowsAsync<DependencyException>(() => run.PlanAsync(default))).Message);
        using var server = new FakeExporter(async c =>
        {
            c.Response.StatusCode = 401;
            await FakeExporter.WriteAsync(c, """{"status":"error","error":"who are you?"}""");
        });
        using var refused = new BackfillRun(Options(server.Port), Out, TimeProvider.System);
        Assert.Contains("status 401: who are you?", (await Assert.ThrowsAsync<DependencyException>(() => refused.PlanAsync(default))).Message);
    }

    private static BackfillOptions Options(int port) => new()
    {
        Url = new Uri($"http://127.0.0.1:{port}"),
        Identity = new IdentityOptions { Cluster = "c" },
        FromMs = Zero,
        UntilMs = Zero + (Steps * 1000),
        Step = TimeSpan.FromSeconds(1),
        Pause = TimeSpan.Zero,
        PointsPerRequest = 4000,
        // Ten series of cn03 and six of one of the others, not of both.
        MaxPoints = 17 * Steps,
    };

    /// <summary>Three nodes of two kinds, one of them with a GPU whose exporter has an address of its own; every second, on the second. What is expected back.</summary>
    private static async Task<Dictionary<string, double>> SendAsync(Uri url)
    {
        using var sender = new RemoteWriteSender(url, new HttpAccess(), TimeSpan.FromSeconds(30), TimeProvider.System);
        var sent = new Dictionary<string, double>();
        var random = new Random(3);
        for (var second = 0; second < Steps; second++)
        {
            var batches = new List<SampleBatch>();
            foreach (var (node, cores) in ((string, int)[])[("cn01", 2), ("cn02", 2), ("cn03", 4)])
            {
                var samples = new List<Sample> { new(new SeriesId("up", [new("job", "node")]), 1), new(new SeriesId("node_memory_MemTotal_bytes", []), 8.4e9), new(new SeriesId("node_load1", []), random.NextDouble()) };
                samples.AddRange(Enumerable.Range(0, cores).Select(i => new Sample(new SeriesId("node_cpu_seconds_total", [new("cpu", $"{i}"), new("mode", "idle")]), second + random.NextDouble() / 4)));
                samples.Add(new Sample(new SeriesId("go_threads", []), 9));
                batches.Add(new SampleBatch(new NodeKey("c", node + ".site:9100"), Zero + (second * 1000), samples));
                foreach (var s in samples.Where(s => s.Series.Name != "go_threads"))
                    sent[$"{node} {s.Series.Name} {string.Join(',', s.Series.Name == "up" ? [.. s.Series.Labels, new("port", "9100")] : s.Series.Labels)} {Zero + (second * 1000)}"] = s.Value;
            }
            var gpu = new Sample(new SeriesId("DCGM_FI_DEV_GPU_TEMP", [new("Hostname", "cn03.site"), new("gpu", "0")]), 40 + random.Next(20));
            batches.Add(new SampleBatch(new NodeKey("c", "10.0.0.3:9400"), Zero + (second * 1000), [gpu]));
            sent[$"cn03 {gpu.Series.Name} {new KeyValuePair<string, string>("gpu", "0")} {Zero + (second * 1000)}"] = gpu.Value;
            Assert.IsType<Appended>(await sender.AppendAsync(batches, default));
        }
        Assert.Equal(0, sender.Refused);
        return sent;
    }
}
