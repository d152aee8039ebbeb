using System.Net;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;

namespace Tocsin.Ingest.Backfill;

/// <param name="RetryAfter">As the server wishes; null = it says nothing.</param>
internal readonly record struct QueryReply(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter);

/// <summary>One request to a server with Prometheus' HTTP API, and its answer within a bound. What comes of a failure is the caller's.</summary>
/// <param name="url">What stands before <c>/api/v1</c>.</param>
/// <param name="mostBytes">Of an answer, unpacked.</param>
/// <param name="tooMuch">Thrown where there are more.</param>
internal sealed class QueryHttp(Uri url, HttpAccess access, int mostBytes, Func<int, TocsinException> tooMuch) : IDisposable
{
    private readonly HttpClient _http = access.Client();

    public string Name { get; } = url.ToString().TrimEnd('/');

    /// <param name="path">After <c>/api/v1/</c>.</param>
    /// <param name="form">Null: it is a GET.</param>
    /// <exception cref="HttpRequestException">As HttpClient has it, and so with IOException and OperationCanceledException.</exception>
    public async Task<QueryReply> AskAsync(string path, IReadOnlyList<KeyValuePair<string, string>>? form, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, $"{Name}/api/v1/{path}");
        if (form is not null)
            request.Content = new FormUrlEncodedContent(form);
        request.Headers.TryAddWithoutValidation("User-Agent", "tocsin");
        access.Sign(request);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        var body = new MemoryStream();
        var chunk = new byte[1 << 16];
        int n;
        while ((n = await stream.ReadAsync(chunk, stop)) > 0)
        {
            if (body.Length + n > mostBytes)
                throw tooMuch(mostBytes);
            body.Write(chunk, 0, n);
        }
        return new QueryReply(answer.StatusCode, body.ToArray(), answer.Headers.RetryAfter?.Delta);
    }

    public void Dispose() => _http.Dispose();
}
