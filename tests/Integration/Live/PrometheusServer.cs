using System.Globalization;
using System.Text.RegularExpressions;

namespace Tocsin.Integration.Live;

/// <summary>A real Prometheus that scrapes exporters and remote-writes, on a free loopback port.</summary>
internal sealed class PrometheusServer : IDisposable
{
    public const string Program = "/usr/bin/prometheus";

    private readonly SystemPart _part;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Uri _url;
    private readonly string _config;
    private readonly string _kept;

    private PrometheusServer(SystemPart part, Uri url, string config, string kept) => (_part, _url, _config, _kept) = (part, url, config, kept);

    /// <summary>What stands before <c>/api/v1</c>.</summary>
    public Uri Url => _url;

    public string Said => _part.Said;

    /// <param name="folder">Its own.</param>
    /// <param name="scrapes">The <c>scrape_configs</c> section.</param>
    /// <param name="write">Where samples are pushed to.</param>
    public static async Task<PrometheusServer> StartAsync(string folder, TimeSpan interval, string scrapes, Uri write)
    {
        Directory.CreateDirectory(folder);
        var config = Path.Combine(folder, "prometheus.yml");
        // What does not change when the targets go: with another global section Prometheus would begin a queue anew.
        var seconds = interval.TotalSeconds;
        var kept = $"global: {{scrape_interval: {seconds}s, scrape_timeout: {seconds}s, external_labels: {{prometheus_replica: a}}}}\n"
            + $"remote_write: [{{url: '{write}', queue_config: {{batch_send_deadline: 1s}}}}]\n";
        await File.WriteAllTextAsync(config, kept + scrapes);
        var url = new Uri($"http://127.0.0.1:{FakeExporter.FreePort()}/");
        var part = await SystemPart.StartAsync(Program, new Uri(url, "-/ready"),
            $"--config.file={config}", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={url.Authority}", "--web.enable-lifecycle");
        return new PrometheusServer(part, url, config, kept);
    }

    /// <summary>Nothing is scraped any more; what is under way still goes out, and a stale marker for each series.</summary>
    public async Task ScrapeNothingAsync()
    {
        await File.WriteAllTextAsync(_config, _kept);
        (await _http.PostAsync(new Uri(_url, "-/reload"), null)).EnsureSuccessStatusCode();
    }

    /// <summary>The sum over a counter's or gauge's series; 0 where there are none.</summary>
    public async Task<double> ReadAsync(string name) => Sum(await _http.GetStringAsync(new Uri(_url, "metrics")), name);

    /// <param name="metrics">Text as of <c>/metrics</c>.</param>
    public static double Sum(string metrics, string name) => Regex.Matches(metrics, $@"^{Regex.Escape(name)}(?:\{{[^\n]*\}})? (\S+)", RegexOptions.Multiline)
        .Sum(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));

    public void Dispose()
    {
        _part.Dispose();
        _http.Dispose();
    }
}
