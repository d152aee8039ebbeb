using System.Diagnostics;
using Tocsin.Ingest.Live;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Xunit.Abstractions;

namespace Tocsin.Integration;

public sealed class RecordSpec(ITestOutputHelper output) : IDisposable
{
    private const string Exporter = "/usr/bin/prometheus-node-exporter";

    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("tocsin-").FullName, "out");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task A_real_node_exporter_becomes_a_recording_with_metrics_that_move()
    {
        if (!File.Exists(Exporter))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{Exporter} is not installed");
            output.WriteLine($"left out: {Exporter} is not installed (Debian package prometheus-node-exporter)");
            return;
        }
        var port = FakeExporter.FreePort();
        using var exporter = Process.Start(new ProcessStartInfo(Exporter, [$"--web.listen-address=127.0.0.1:{port}"]) { RedirectStandardError = true })!;
        exporter.ErrorDataReceived += (_, _) => { };
        exporter.BeginErrorReadLine();
        try
        {
            await ReadyAsync(port, TimeSpan.FromSeconds(30));
            var result = await TocsinProcess.RunAsync("record", "--targets", $"127.0.0.1:{port}", "--interval", "500ms", "--duration", "8s", "--out", _folder);
            Assert.True(result.ExitCode == 0, result.Error);
        }
        finally
        {
            exporter.Kill();
            await exporter.WaitForExitAsync();
        }
        var recording = DataFolder.Open(_folder, new DataOptions());
        var segment = recording.Segments(default).Single();
        Assert.InRange(segment.Frames, 3, 16);
        Assert.InRange(segment.Metrics.Count, 60, 200);
        var user = segment.Metrics.IndexOf("cpu_user_share");
        var idle = segment.Metrics.IndexOf("cpu_idle_share");
        var memory = segment.Metrics.IndexOf("memory_used_bytes");
        Assert.Equal(-1, segment.Metrics.Metrics.ToList().FindIndex(m => m.Name.StartsWith("go_", StringComparison.Ordinal)));
        for (var f = 1; f < segment.Frames; f++)
        {
            var row = segment.Row(f);
            Assert.True(float.IsNaN(row[user]) || row[user] + row[idle] is >= 0 and <= 1.001f);
            Assert.True(row[memory] > 1e6f);
        }
        Assert.Contains(Enumerable.Range(1, segment.Frames - 1), f => segment.Row(f)[segment.Metrics.IndexOf("context_switches")] > 0);
    }

    [Fact]
    public async Task A_recording_without_names_holds_none_and_says_what_else_it_hides()
    {
        const string body = "node_uname_info{nodename=\"cn0421.example.org\"} 1\nnode_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 7\nnode_filesystem_size_bytes{mountpoint=\"/home/mira\"} 9\n";
        using var exporter = new FakeExporter(c => FakeExporter.WriteAsync(c, body));
        var home = Path.GetDirectoryName(_folder)!;
        var (jobs, key) = (Path.Combine(home, "jobs.psv"), Path.Combine(home, "key"));
        File.WriteAllText(jobs, "JobID|JobName|User|Start|End|NodeList\n17|lattice|mira|1795250435|1795250486|cn[0421-0422]\n");
        var targets = $"cn0421=127.0.0.1:{exporter.Port},cn0422=127.0.0.1:{exporter.Port}";
        string[] words = ["record", "--targets", targets, "--interval", "200ms", "--duration", "1s", "--jobs", jobs, "--anonymise", "--anonymise-key", key, "--out"];
        var texts = new List<string>();
        foreach (var folder in (string[])[_folder, _folder + "2"])
        {
            var result = await TocsinProcess.RunAsync([.. words, folder]);
            Assert.True(result.ExitCode == 0, result.Error);
            Assert.Contains("hidden: names of 2 nodes, 1 user and 1 kinds of jobs; values of the labels mountpoint, nodename", result.Output);
            Assert.Contains("not hidden: ids and times of jobs", result.Output);
            using var packed = new System.IO.Compression.GZipStream(File.OpenRead(Path.Combine(folder, "scrapes.tsv.gz")), System.IO.Compression.CompressionMode.Decompress);
            texts.Add(File.ReadAllText(Path.Combine(folder, "jobs.psv")) + new StreamReader(packed).ReadToEnd());
        }
        foreach (var text in texts)
        {
            foreach (var name in (string[])["cn0421", "cn0422", "mira", "lattice", "example.org"])
                Assert.DoesNotContain(name, text);
            Assert.Contains("node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 7", text);
        }
        // With one key both name alike, in the table as in the scrapes.
        var nodes = JobTable.Read(Path.Combine(_folder, "jobs.psv"), new Rejections()).Single().Nodes;
        Assert.Equal(nodes.Order(), DataFolder.Open(_folder + "2", new DataOptions()).Segments(default).Select(s => s.Node.Name).Distinct().Order());
        Assert.Equal(2, (await TocsinProcess.RunAsync("record", "--targets", targets, "--out", _folder + "3", "--anonymise-key", key)).ExitCode);
    }

    [Fact]
    public async Task Targets_that_fail_are_counted_and_stop_no_other()
    {
        using var good = FakeExporter.OfText("# HELP a b\nnode_load1 1\ngo_threads 3\n");
        using var html = FakeExporter.OfText("<html>log in</html>");
        using var hanging = new FakeExporter(_ => Task.Delay(Timeout.Infinite));
        using var broken = new FakeExporter(c =>
        {
            c.Response.StatusCode = 503;
            c.Response.Close();
            return Task.CompletedTask;
        });
        using var endless = new FakeExporter(async c =>
        {
            var megabyte = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a{x=\"0123456789012345678901234567\"} 1\n", 28_000)));
            for (var i = 0; i < 200; i++)
                await c.Response.OutputStream.WriteAsync(megabyte);
        });
        var ports = new (string Name, int Port)[] { ("good", good.Port), ("html", html.Port), ("hanging", hanging.Port), ("broken", broken.Port), ("endless", endless.Port), ("nobody", FakeExporter.FreePort()) };
        Assert.Null(ExporterNode.Parse(string.Join(',', ports.Select(p => $"{p.Name}=127.0.0.1:{p.Port}")), out var nodes));

        var recorder = await RecordAsync(nodes, TimeSpan.FromSeconds(4), r => r.Scrapes >= 5 && r.Failures.Keys.Select(k => k.Node).Distinct().Count() == 5);
        Assert.Equal(
            ["broken: status 5xx", "endless: body too large", "hanging: no answer in time", "html: not Prometheus text", "nobody: connection refused"],
            recorder.Failures.Keys.Select(k => $"{k.Node}: {k.Why}").Order());
        // The one that hangs does so for twenty intervals; its ticks are skipped and not made up for.
        Assert.True(recorder.SkippedTicks >= 19, $"{recorder.SkippedTicks} ticks skipped");
        var segment = DataFolder.Open(_folder, new DataOptions()).Segments(default).Single();
        Assert.Equal("good", segment.Node.Name);
        Assert.InRange(segment.Frames, 3, (int)recorder.Scrapes);
    }

    [Fact]
    public async Task Exporters_of_one_node_make_one_scrape()
    {
        using var host = FakeExporter.OfText("node_procs_running 1\n");
        using var gpu = FakeExporter.OfText("DCGM_FI_DEV_GPU_UTIL{gpu=\"0\"} 50\n");
        Assert.Null(ExporterNode.Parse($"n1=127.0.0.1:{host.Port},n1=127.0.0.1:{gpu.Port}", out var nodes));
        var recorder = await RecordAsync(nodes, TimeSpan.FromSeconds(30), r => r.Scrapes >= 3);
        Assert.Empty(recorder.Failures);
        var segment = DataFolder.Open(_folder, new DataOptions()).Segments(default).Single();
        // Of devices their mean and the worst one.
        Assert.Equal(
            [("gpu_util_mean", 50f), ("gpu_util_min", 50f), ("procs_running", 1f)],
            segment.Metrics.Metrics.Select(m => m.Name).Zip(segment.Row(segment.Frames - 1).ToArray()).OrderBy(m => m.First, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_with_a_whole_file(string signal)
    {
        using var exporter = FakeExporter.OfText("node_load1 1\n");
        using var record = Start(exporter.Port);
        await WaitForAsync(() => new FileInfo(Scrapes) is { Exists: true, Length: > 0 }, TimeSpan.FromSeconds(60));
        using (var kill = Process.Start("kill", ["-" + signal, $"{record.Id}"])!)
            await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await record.WaitForExitAsync(limit.Token);
        Assert.Equal(0, record.ExitCode);
        Assert.NotEmpty(DataFolder.Open(_folder, new DataOptions()).Segments(default));
    }

    [Fact]
    public async Task After_kill_9_the_recording_is_torn_says_so_and_keeps_all_but_the_last_seconds()
    {
        using var exporter = FakeExporter.OfText("node_load1 1\n");
        using var record = Start(exporter.Port);
        // Two flushes: the file has grown twice.
        await WaitForAsync(() => new FileInfo(Scrapes) is { Exists: true, Length: > 60 }, TimeSpan.FromSeconds(60));
        record.Kill();
        await record.WaitForExitAsync();
        Assert.Contains("scrapes.tsv.gz is torn", Assert.Throws<BadDataException>(() => DataFolder.Open(_folder, new DataOptions())).Message);
        Assert.NotEmpty(DataFolder.Open(_folder, new DataOptions { AcceptTornTail = true }).Segments(default));
    }

    [Fact]
    public async Task When_nobody_answers_it_fails_and_leaves_nothing()
    {
        var result = await TocsinProcess.RunAsync("record", "--targets", $"127.0.0.1:{FakeExporter.FreePort()}", "--interval", "200ms", "--duration", "1s", "--out", _folder);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("tocsin: no exporter answered (127.0.0.1: connection refused)", result.Error);
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Theory]
    [InlineData("--targets ftp://x --out o")]
    [InlineData("--targets n1:9100 --out o --interval 1ms")]
    [InlineData("--targets n1:9100 --out o --interval soon")]
    [InlineData("--out o")]
    public async Task Wrong_words_are_told_as_such(string words)
    {
        var result = await TocsinProcess.RunAsync(["record", .. words.Split(' ')]);
        Assert.Equal(2, result.ExitCode);
    }

    private string Scrapes => Path.Combine(_folder, "scrapes.tsv.gz");

    private Process Start(int port) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "tocsin.dll"), "record", "--targets", $"127.0.0.1:{port}", "--interval", "200ms", "--out", _folder])
    { RedirectStandardOutput = true })!;

    private async Task<ScrapeRecorder> RecordAsync(IReadOnlyList<ExporterNode> nodes, TimeSpan timeout, Func<ScrapeRecorder, bool> enough)
    {
        using var writer = new RecordingWriter(_folder, null);
        using var stop = new CancellationTokenSource();
        var recorder = new ScrapeRecorder(nodes, writer, TimeSpan.FromMilliseconds(200), timeout, TimeProvider.System);
        var running = recorder.RunAsync(TimeSpan.FromMinutes(5), stop.Token);
        await WaitForAsync(() => enough(recorder), TimeSpan.FromSeconds(90));
        await stop.CancelAsync();
        await running;
        return recorder;
    }

    private static Task ReadyAsync(int port, TimeSpan limit)
    {
        var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        return WaitForAsync(() =>
        {
            try
            {
                return http.GetAsync($"http://127.0.0.1:{port}/metrics").GetAwaiter().GetResult().IsSuccessStatusCode;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        }, limit);
    }

    private static async Task WaitForAsync(Func<bool> happened, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while (!happened())
        {
            if (clock.Elapsed > limit)
                throw new TimeoutException($"did not happen within {limit}");
            await Task.Delay(50);
        }
    }
}
