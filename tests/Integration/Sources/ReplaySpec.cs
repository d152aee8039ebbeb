using System.Globalization;
using System.Text.Json;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration.Sources;

public sealed class ReplaySpec(ITestOutputHelper output) : IDisposable
{
    private const string Prometheus = "/usr/bin/prometheus";
    private const int Samples = 9 * TinyRecording.SegmentSeconds * 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_recording_arrives_whole_at_a_receiver_that_sends_some_of_it_back_at_first()
    {
        var data = new TinyRecording { Node = "cn01" }.Write(Path.Combine(_folder, "data"));
        var sink = new CountingSink();
        using var receiver = new RemoteWriteReceiver(new IdentityOptions { Cluster = "c" }, new RemoteWriteLimits(), sink, TimeProvider.System);
        var requests = 0;
        using var listener = new FakeExporter(async c =>
        {
            var body = new MemoryStream();
            await c.Request.InputStream.CopyToAsync(body);
            Assert.Null(RemoteWriteAnswer.OfHeaders(c.Request.Headers["Content-Encoding"], c.Request.ContentType));
            var status = c.Request.Headers["Authorization"] != "Bearer sesame" ? 401 : Interlocked.Increment(ref requests) is 1 or 2 ? 503 : (await receiver.ReceiveAsync(body.ToArray(), default)).Status;
            c.Response.StatusCode = status;
            c.Response.Close();
        });
        var token = Path.Combine(_folder, "token");
        File.WriteAllText(token, "sesame\n");
        var json = Path.Combine(_folder, "counts.json");
        var result = await TocsinProcess.RunAsync("replay", "--data", data, "--speed", "max", "--to", $"http://127.0.0.1:{listener.Port}/api/v1/write",
            "--token-file", token, "--json", json, "--jobs-out", Path.Combine(_folder, "jobs.psv"));
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal((Samples, Samples, 0L), (receiver.Tally.Accepted, sink.Samples, receiver.Tally.Rejected));
        Assert.Equal(["c/cn01"], sink.Nodes);
        using var counts = JsonDocument.Parse(File.ReadAllText(json));
        Assert.Equal((Samples, 2), (counts.RootElement.GetProperty("samples").GetInt64(), counts.RootElement.GetProperty("retries").GetInt64()));
        Assert.True(File.Exists(Path.Combine(_folder, "jobs.psv")));
    }

    [Fact]
    public async Task A_real_Prometheus_takes_what_is_replayed_and_has_every_sample()
    {
        if (!SystemPart.IsThere(Prometheus, "prometheus", output))
            return;
        var data = new TinyRecording { Node = "cn01" }.Write(Path.Combine(_folder, "data"));
        var port = FakeExporter.FreePort();
        var config = Path.Combine(_folder, "prometheus.yml");
        File.WriteAllText(config, "global: {}\n");
        using var prometheus = await SystemPart.StartAsync(Prometheus, new Uri($"http://127.0.0.1:{port}/-/ready"),
            $"--config.file={config}", $"--storage.tsdb.path={_folder}/db", $"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver");
        var result = await TocsinProcess.RunAsync("replay", "--data", data, "--speed", "max", "--to", $"http://127.0.0.1:{port}/api/v1/write");
        Assert.True(result.ExitCode == 0, result.Error);
        using var http = new HttpClient();
        foreach (var series in new TinyRecording().Series)
        {
            using var answer = JsonDocument.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/api/v1/query?query=sum(count_over_time({series}{{instance=\"cn01\"}}[1h]))"));
            var count = answer.RootElement.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString()!;
            Assert.Equal(Samples / 4, double.Parse(count, CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData(2, "--speed", "0")]
    [InlineData(2, "--speed", "fast")]
    [InlineData(2, "--to", "cn01:9090")]
    [InlineData(1, "--to", "kafka://127.0.0.1:9092/tocsin.samples")]
    [InlineData(1, "--data", "/nonexistent")]
    public async Task Wrong_words_end_in_2_and_what_cannot_be_done_in_1(int status, string option, string value)
    {
        var words = new Dictionary<string, string> { ["--data"] = new TinyRecording().Write(Path.Combine(_folder, "data")), ["--to"] = "http://127.0.0.1:1/", [option] = value };
        var result = await TocsinProcess.RunAsync(["replay", .. words.SelectMany(w => new[] { w.Key, w.Value })]);
        Assert.Equal(status, result.ExitCode);
        Assert.StartsWith("tocsin: ", result.Error);
    }

    private sealed class CountingSink : ISampleSink
    {
        private readonly HashSet<string> _nodes = [];

        public long Samples { get; private set; }

        public IReadOnlyCollection<string> Nodes => _nodes;

        public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
        {
            Samples += batches.Sum(b => (long)b.Samples.Count);
            _nodes.UnionWith(batches.Select(b => b.Node.ToString()));
            return ValueTask.FromResult(AppendResult.Done);
        }
    }
}
