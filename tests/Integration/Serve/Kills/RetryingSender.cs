using System.Net.Http.Headers;

namespace Tocsin.Integration.Serve.Kills;

/// <summary>Sends one request after the other, as one of Prometheus' shards does: again and again until it is answered, with a backoff; 2xx and 4xx are the end
/// of it.</summary>
internal sealed class RetryingSender(Uri address, IReadOnlyList<SenderRequest> requests, TimeSpan pace, Random random) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
    private readonly List<string> _dropped = [];
    private int _sent;
    private long _samples;
    private int _repeated;

    /// <summary>Requests that are through.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Attempts that came to nothing.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    /// <summary>Samples of requests that were answered, repeated ones again.</summary>
    public long Samples => Interlocked.Read(ref _samples);

    /// <summary>Requests that were answered 4xx.</summary>
    public IReadOnlyList<string> Dropped => _dropped;

    public async Task RunAsync(CancellationToken stop)
    {
        foreach (var request in requests)
        {
            for (var backoff = 30; !await TryAsync(request, stop); backoff = Math.Min(2 * backoff, 500))
            {
                Interlocked.Increment(ref _repeated);
                await Task.Delay(random.Next(backoff / 2, backoff), stop);
            }
            Interlocked.Increment(ref _sent);
            await Task.Delay(pace, stop);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<bool> TryAsync(SenderRequest request, CancellationToken stop)
    {
        var content = new ByteArrayContent(request.Body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.Type);
        if (request.Encoding is not null)
            content.Headers.ContentEncoding.Add(request.Encoding);
        try
        {
            using var response = await _client.PostAsync(request.Path, content, stop);
            var status = (int)response.StatusCode;
            if (status is >= 400 and < 500)
                _dropped.Add($"{request.Path}: {status} {await response.Content.ReadAsStringAsync(stop)}");
            Interlocked.Add(ref _samples, request.Samples);
            return status < 500;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
