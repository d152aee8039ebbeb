using System.Net.Http.Headers;

namespace Tocsin.Scale.Load;

/// <summary>One connection of a sender, as Prometheus behaves: 5xx, 429 and a broken connection are tried again with backoff, other 4xx are dropped for good.</summary>
internal sealed class WriteConnection(Uri url) : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { Timeout = TimeSpan.FromSeconds(30) };

    public long Requests { get; private set; }

    public long Retries { get; private set; }

    public long Sent { get; private set; }

    public long Dropped { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Of the last answer that was no 2xx.</summary>
    public string? Refusal { get; private set; }

    public async Task SendAsync(byte[] body, int samples, CancellationToken stop)
    {
        for (var wait = First; ; wait = wait * 2 < Most ? wait * 2 : Most)
        {
            var status = await PostAsync(body, stop);
            Requests++;
            if (status is >= 200 and < 300)
            {
                (Sent, Bytes) = (Sent + samples, Bytes + body.Length);
                return;
            }
            if (status is >= 400 and < 500 and not 429)
            {
                Dropped += samples;
                return;
            }
            Retries++;
            await Task.Delay(wait, stop);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<int> PostAsync(byte[] body, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            request.Content.Headers.ContentEncoding.Add("snappy");
            request.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
            using var response = await _client.SendAsync(request, stop);
            if (!response.IsSuccessStatusCode)
                Refusal = $"{(int)response.StatusCode} {(await response.Content.ReadAsStringAsync(stop)).Trim()}";
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            Refusal = e.Message;
            return 503;
        }
    }
}
