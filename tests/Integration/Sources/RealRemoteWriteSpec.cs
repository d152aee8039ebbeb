using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration.Sources;

/// <summary>A real Prometheus that scrapes a real node_exporter and remote-writes to the receiver behind a small listener.</summary>
public sealed partial class RealRemoteWriteSpec(ITestOutputHelper output) : IDisposable
{
    private const string Prometheus = "/usr/bin/prometheus";
    private const string Exporter = "/usr/bin/prometheus-node-exporter";

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Accepted_and_rejected_by_reason_are_what_Prometheus_counts_as_sent()
    {
        if (!SystemPart.IsThere(Prometheus, "prometheus", output) || !SystemPart.IsThere(Exporter, "prometheus-node-exporter", output))
            return;
        var (port, exporterPort) = (FakeExporter.FreePort(), FakeExporter.FreePort());
        var sink = new Sink();
        using var receiver = new RemoteWriteReceiver(new IdentityOptions { Cluster = "c" }, new RemoteWriteLimits(), sink, TimeProvider.System);
        var statuses = new List<int>();
        using var listener = new FakeExporter(c => AnswerAsync(c, receiver, statuses));
        using var exporter = await SystemPart.StartAsync(Exporter, new Uri($"http://127.0.0.1:{exporterPort}/"), $"--web.listen-address=127.0.0.1:{exporterPort}");
        var config = Path.Combine(_folder, "prometheus.yml");
        // The same in both configurations: with another global section Prometheus would begin a queue anew.
        const string Global = "global: {scrape_interval: 1s, external_labels: {prometheus_replica: a, cluster: prod}}\n";
        var remote = $"remote_write: [{{url: 'http://127.0.0.1:{listener.Port}/api/v1/write', queue_config: {{batch_send_deadline: 1s}}, metadata_config: {{send_interval: 2s}}}}]\n";
        File.WriteAllText(config, $$"""
            {{Global}}
            scrape_configs:
            - job_name: node
              static_configs: [{targets: ['127.0.0.1:{{exporterPort}}']}]
              relabel_configs: [{target_label: instance, replacement: 'cn01.site.example:9100'}]
            - job_name: self
              static_configs: [{targets: ['127.0.0.1:{{port}}']}]
            {{remote}}
            """);
        var url = $"http://127.0.0.1:{port}";
        using var prometheus = await SystemPart.StartAsync(Prometheus, new Uri(url + "/-/ready"),
            $"--config.file={config}", $"--storage.tsdb.path={_folder}/data", $"--web.listen-address=127.0.0.1:{port}", "--web.enable-lifecycle");

        await Waiting.ForAsync(() => receiver.Tally.Accepted > 3000, "3000 samples accepted");
        sink.Next = new Overloaded(TimeSpan.FromMilliseconds(100));
        await Waiting.ForAsync(() => receiver.Counts.ToRepeat >= 2, "two requests sent to come again");
        sink.Next = AppendResult.Done;
        var accepted = receiver.Tally.Accepted;
        await Waiting.ForAsync(() => receiver.Tally.Accepted > accepted + 3000, "3000 more samples after the overload");

        // An exporter that is gone ends each of its series with a stale marker; without targets nothing more is sent.
        exporter.Dispose();
        await Waiting.ForAsync(() => receiver.Counts.StaleMarkers > 200, "stale markers");
        File.WriteAllText(config, Global + remote);
        using var http = new HttpClient();
        (await http.PostAsync(url + "/-/reload", null)).EnsureSuccessStatusCode();
        var (before, same) = (-1L, 0);
        await Waiting.ForAsync(async () =>
        {
            var sent = await SentAsync(http, url);
            same = sent == before && sent == receiver.Tally.Sent ? same + 1 : 0;
            before = sent;
            await Task.Delay(200);
            return same >= 10;
        }, $"as many samples sent as received; {prometheus.Said}");

        var tally = receiver.Tally;
        Assert.Equal(tally.Sent, tally.Accepted + tally.Rejected);
        Assert.Equal(tally.Accepted, sink.Samples);
        var reasons = tally.RejectedByReason();
        Assert.True(reasons[RejectReasons.AboutScraper] > 0);
        Assert.True(reasons[RejectReasons.Overloaded] > 0);
        Assert.Equal([RejectReasons.AboutScraper, RejectReasons.Overloaded], reasons.Keys.Order());
        Assert.Contains("c/cn01", sink.Nodes);
        Assert.True(receiver.Counts.Metadata > 0);
        Assert.Equal([204, 503], statuses.Distinct().Order());
        output.WriteLine($"sent {before}, accepted {tally.Accepted}, rejected {string.Join(", ", reasons.Select(r => $"{r.Key}: {r.Value}"))}; {receiver.Counts}");
    }

    private static async Task AnswerAsync(HttpListenerContext context, RemoteWriteReceiver receiver, List<int> statuses)
    {
        var request = context.Request;
        var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        var answer = RemoteWriteAnswer.OfHeaders(request.Headers["Content-Encoding"], request.ContentType) ?? await receiver.ReceiveAsync(body.ToArray(), default);
        lock (statuses)
            statuses.Add(answer.Status);
        context.Response.StatusCode = answer.Status;
        context.Response.Close();
    }

    private static async Task<long> SentAsync(HttpClient http, string url)
    {
        var match = SamplesTotal().Match(await http.GetStringAsync(url + "/metrics"));
        return (long)double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^prometheus_remote_storage_samples_total\{[^}]*\} (\S+)", RegexOptions.Multiline)]
    private static partial Regex SamplesTotal();

    private sealed class Sink : ISampleSink
    {
        private readonly HashSet<string> _nodes = [];

        public AppendResult Next { get; set; } = AppendResult.Done;

        public long Samples { get; private set; }

        public IReadOnlyCollection<string> Nodes
        {
            get
            {
                lock (_nodes)
                    return _nodes.ToArray();
            }
        }

        public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
        {
            lock (_nodes)
            {
                var next = Next;
                if (next is not Appended)
                    return ValueTask.FromResult(next);
                foreach (var batch in batches)
                    _nodes.Add(batch.Node.ToString());
                Samples += batches.Sum(b => (long)b.Samples.Count);
                return ValueTask.FromResult(next);
            }
        }
    }
}
