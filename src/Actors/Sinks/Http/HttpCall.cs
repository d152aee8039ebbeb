using System.Net;
using System.Net.Http.Headers;

namespace Tocsin.Actors.Sinks.Http;

/// <summary>One request of a sink, with bounds on all that comes back.</summary>
internal static class HttpCall
{
    private const int MaxWhy = 200;

    /// <summary>No cookies, no redirects (they would carry the credentials elsewhere), connections renewed so that a moved name is found.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = 16,
        MaxResponseHeadersLength = 32,
    })
    {
        // The caller's token is the limit.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public static HttpRequestMessage Post(Uri to, byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, to) { Content = content };
    }

    /// <summary>2xx is delivered; all else is tried again, since an alert outlives a wrong configuration.</summary>
    public static async Task<Delivery> SendAsync(HttpClient client, HttpRequestMessage request, TimeProvider time, CancellationToken stop)
    {
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode)
            return Delivery.Done;
        var body = await TextAsync(answer, MaxWhy, stop).ConfigureAwait(false);
        return Delivery.Later($"{request.RequestUri!.Authority} answered {(int)answer.StatusCode} {body}".TrimEnd(), RetryAfter(answer, time));
    }

    /// <summary>At most so many bytes; null where there are more.</summary>
    public static async Task<byte[]?> BytesAsync(HttpResponseMessage answer, int most, CancellationToken stop)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        using var body = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(chunk, stop).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > most)
                return null;
            body.Write(chunk, 0, read);
        }
        return body.ToArray();
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer, int most, CancellationToken stop)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        var start = new byte[most];
        var read = await stream.ReadAtLeastAsync(start, most, throwOnEndOfStream: false, stop).ConfigureAwait(false);
        return System.Text.Encoding.UTF8.GetString(start, 0, read);
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage answer, TimeProvider time)
    {
        if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            return null;
        var asked = answer.Headers.RetryAfter;
        return asked?.Delta ?? (asked?.Date is { } date ? date - time.GetUtcNow() : null);
    }
}
