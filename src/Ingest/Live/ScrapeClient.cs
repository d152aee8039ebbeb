using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Tocsin.Ingest.Prometheus;

namespace Tocsin.Ingest.Live;

/// <summary>What an exporter said, or why there is nothing.</summary>
/// <param name="Body">Exposition text; null where <paramref name="Why"/> says why: from a closed set, so that failures can be counted by it.</param>
public readonly record struct ScrapeAnswer(byte[]? Body, TextFormat Format, string? Why);

/// <summary>Fetches exposition text from exporters, with limits on time, size and requests under way.</summary>
public sealed class ScrapeClient : IDisposable
{
    /// <summary>Bytes of one body, unpacked.</summary>
    public const int MaxBody = 32 << 20;

    /// <summary>Requests under way at one time, over all targets.</summary>
    public const int MaxConcurrent = 64;

    private readonly SemaphoreSlim _slots;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    /// <param name="concurrent">Requests under way at one time, 1 to <see cref="MaxConcurrent"/>.</param>
    public ScrapeClient(TimeProvider clock, int concurrent = MaxConcurrent)
    {
        _clock = clock;
        _slots = new SemaphoreSlim(Math.Clamp(concurrent, 1, MaxConcurrent));
        // Neither a proxy nor a redirect may lead a scrape away from the node that was named.
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.GZip };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1");
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "tocsin");
    }

    /// <param name="timeout">The wait for a slot and the whole answer together.</param>
    public async Task<ScrapeAnswer> FetchAsync(Uri url, TimeSpan timeout, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(timeout, _clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            await _slots.WaitAsync(limit.Token);
            try
            {
                return await BodyAsync(url, limit.Token);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return No("no answer in time");
        }
        catch (HttpRequestException e)
        {
            return No(e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "connection refused" : "connection failed");
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return No("connection broke off");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _slots.Dispose();
    }

    private static ScrapeAnswer No(string why) => new(null, default, why);

    private async Task<ScrapeAnswer> BodyAsync(Uri url, CancellationToken stop)
    {
        using var answer = await _http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, stop);
        if (answer.StatusCode != HttpStatusCode.OK)
            return No($"status {(int)answer.StatusCode / 100}xx");
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        var body = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            int n;
            while ((n = await stream.ReadAsync(chunk, stop)) > 0)
            {
                if (body.Length + n > MaxBody)
                    return No("body too large");
                body.Write(chunk, 0, n);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
        var bytes = body.ToArray();
        var format = answer.Content.Headers.ContentType?.MediaType == "application/openmetrics-text" ? TextFormat.OpenMetrics : TextFormat.Prometheus;
        return PrometheusText.LooksLike(bytes) ? new(bytes, format, null) : No("not Prometheus text");
    }
}
