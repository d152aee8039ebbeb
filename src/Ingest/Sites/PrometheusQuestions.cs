using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Tocsin.Ingest.Backfill;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;

namespace Tocsin.Ingest.Sites;

/// <summary>Questions to a server with Prometheus' HTTP API, each asked once and with an end to its time: for whoever stands at a terminal and waits.</summary>
/// <param name="url">What stands before <c>/api/v1</c>.</param>
internal sealed class PrometheusQuestions(Uri url, HttpAccess access, TimeSpan limit, TimeProvider clock) : IDisposable
{
    /// <summary>Bytes of one answer, unpacked.</summary>
    private const int MaxBody = 64 << 20;

    private readonly QueryHttp _http = new(url, access, MaxBody, most => new DependencyException($"{url.ToString().TrimEnd('/')} answered more than {most >> 20} MiB: narrow it down with prometheus.match"));

    /// <summary>Each series' last value.</summary>
    /// <exception cref="DependencyException">No answer, a refusal, or an answer of something else; the message says what to look at.</exception>
    public async Task<List<QuerySeries>> InstantAsync(string query, CancellationToken stop) =>
        QueryAnswer.Series(await GetAsync($"query?query={Uri.EscapeDataString(query)}", stop));

    /// <exception cref="DependencyException">As above.</exception>
    public async Task<List<QuerySeries>> RangeAsync(string query, long fromMs, long untilMs, long stepSeconds, CancellationToken stop) =>
        QueryAnswer.Series(await GetAsync($"query_range?query={Uri.EscapeDataString(query)}&start={fromMs / 1000}&end={untilMs / 1000}&step={stepSeconds}", stop));

    /// <summary>The answer's <c>data</c>.</summary>
    /// <exception cref="DependencyException">As above.</exception>
    public async Task<JsonElement> DataAsync(string path, CancellationToken stop)
    {
        try
        {
            using var document = JsonDocument.Parse(await GetAsync(path, stop), new JsonDocumentOptions { MaxDepth = 32 });
            return document.RootElement.GetProperty("data").Clone();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new DependencyException($"{Name}/api/v1/{path.Split('?')[0]} is not Prometheus' answer: check that prometheus.url is what stands before /api/v1", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private string Name => _http.Name;

    private async Task<byte[]> GetAsync(string path, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            var (status, body, _) = await _http.AskAsync(path, null, both.Token);
            if (status == HttpStatusCode.OK)
                return body;
            throw new DependencyException(status switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"{Name} answered {(int)status}: check prometheus.token_file and prometheus.tenant",
                HttpStatusCode.NotFound => $"{Name} has no /api/v1/{path.Split('?')[0]} (404): check that prometheus.url is what stands before /api/v1",
                _ => $"{Name} answered {(int)status} at /api/v1/{path.Split('?')[0]}: look into its log",
            });
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new DependencyException($"{Name} did not answer within {limit.TotalSeconds:0.#} s: check prometheus.url, firewalls, and how busy it is");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new DependencyException(e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? $"nothing listens at {Name}: check prometheus.url, and that Prometheus runs"
                : $"{Name} cannot be reached ({e.Message.Split('\n')[0]}): check prometheus.url, names and certificates", e);
        }
    }
}
