using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Tocsin.Ingest.Prometheus;

namespace Tocsin.Ingest.Live;

/// <summary>Fetches exposition text from exporters, with limits on time, size and requests under way.</summary>
public sealed class ScrapeClient : IDisposable
{
    /// <summary>Bytes of one body, unpacked.</summary>
    public const int MaxBody = 32 << 20;

    /// <summary>Requests under way at one time, over all targets.</summary>
    public const int MaxConcurrent = 64;

    private readonly SemaphoreSlim _slots = new(MaxConcurrent);
    private readonly HttpClient _http;

    public ScrapeClient()
    {
        // Neither a proxy nor a redirect may lead a scrape away from the node that was named.
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.GZip };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "text/plain;version=0.0.4");
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "tocsin");
    }

    /// <summary>The body, or why there is none: from a closed set, so that failures can be counted by it.</summary>
    public async Task<(byte[]? Body, string? Why)> FetchAsync(Uri url, TimeSpan timeout, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(timeout);
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
            return (null, "no answer in time");
        }
        catch (HttpRequestException e)
        {
            return (null, e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "connection refused" : "connection failed");
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return (null, "connection broke off");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _slots.Dispose();
    }

    private async Task<(byte[]?, string?)> BodyAsync(Uri url, CancellationToken stop)
    {
        using var answer = await _http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, stop);
        if (answer.StatusCode != HttpStatusCode.OK)
            return (null, $"status {(int)answer.StatusCode / 100}xx");
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        var body = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            int n;
            while ((n = await stream.ReadAsync(chunk, stop)) > 0)
            {
                if (body.Length + n > MaxBody)
                    return (null, "body too large");
                body.Write(chunk, 0, n);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
        var bytes = body.ToArray();
        return PrometheusText.LooksLike(bytes) ? (bytes, null) : (null, "not Prometheus text");
    }
}
