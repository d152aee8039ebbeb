using System.Net;
using System.Net.Http.Headers;
using Tocsin.Ingest.Sources;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.RemoteWrite;

/// <summary>A sink that is a remote_write receiver: each append is one request. One append at a time.</summary>
public sealed class RemoteWriteSender : ISampleSink, IDisposable
{
    private readonly Uri _url;
    private readonly HttpAccess _access;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly RemoteWriteEncoder _encoder = new();

    /// <exception cref="Tocsin.Shared.BadDataException">A certificate cannot be used.</exception>
    public RemoteWriteSender(Uri url, HttpAccess access, TimeSpan timeout, TimeProvider clock)
    {
        (_url, _access, _timeout, _clock) = (url, access, timeout, clock);
        _http = access.Client();
    }

    public long Requests { get; private set; }

    /// <summary>Packed.</summary>
    public long Bytes { get; private set; }

    /// <summary>Samples of requests that the receiver refused for good (4xx): sending them again would change nothing.</summary>
    public long Refused { get; private set; }

    /// <summary>Why the last one was; one line.</summary>
    public string? LastRefusal { get; private set; }

    public async ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
    {
        foreach (var batch in batches)
            _encoder.Add(batch);
        var samples = _encoder.Samples;
        var body = _encoder.Take();
        using var late = new CancellationTokenSource(_timeout, _clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            using var request = Request(body);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            (Requests, Bytes) = (Requests + 1, Bytes + body.Length);
            var status = (int)answer.StatusCode;
            if (status is >= 200 and < 300)
                return AppendResult.Done;
            if (status is >= 500 or 429)
                return status == 503 || status == 429 ? new Overloaded(answer.Headers.RetryAfter?.Delta ?? TimeSpan.Zero) : new Unavailable($"status {status}");
            Refused += samples;
            LastRefusal = $"status {status}: {await ReasonAsync(answer, limit.Token)}";
            return AppendResult.Done;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new Unavailable("no answer in time");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new Unavailable($"no connection to {_url.Host}:{_url.Port}");
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _url) { Version = HttpVersion.Version11, Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        request.Content.Headers.ContentEncoding.Add("snappy");
        request.Headers.TryAddWithoutValidation("X-Prometheus-Remote-Write-Version", "0.1.0");
        request.Headers.TryAddWithoutValidation("User-Agent", "tocsin");
        _access.Sign(request);
        return request;
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var buffer = new byte[200];
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        var n = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, n).ReplaceLineEndings(" ").Trim();
    }
}
