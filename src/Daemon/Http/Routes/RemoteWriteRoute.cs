using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Tocsin.Ingest.RemoteWrite;

namespace Tocsin.Daemon.Http.Routes;

/// <summary><c>POST /api/v1/write</c>. The receiver says what to answer; this reads the body, and no more of them at a time than there is room for.</summary>
/// <param name="worked">Told of each request how long its work took, and what processor time.</param>
internal sealed class RemoteWriteRoute(RemoteWriteReceiver receiver, RemoteWriteLimits limits, Action<TimeSpan, TimeSpan> worked)
{
    private readonly SemaphoreSlim _bodies = new(limits.Concurrent, limits.Concurrent);

    public ApiRoute Route() => new("POST", "/api/v1/write", Roles.Ingest, "Prometheus remote_write 0.1.0", ReceiveAsync)
    {
        Load = RouteLoad.Own,
        Parameters =
        [
            new ApiParameter("Content-Encoding", "header", "snappy (block format)", Schema.OneOf("", "snappy"), "snappy"),
            new ApiParameter("X-Prometheus-Remote-Write-Version", "header", "0.1.0; not looked at", Schema.Text(), "0.1.0"),
        ],
        Body = new ApiBody("application/x-protobuf", "prometheus.WriteRequest in snappy's block format; metadata, exemplars and native histograms are counted and left out"),
        Answers =
        [
            new ApiAnswer(204, "Each sample is in the log, or is not wanted (tocsin_samples_rejected_total says why): go on"),
            new ApiAnswer(400, "The request is damaged or beyond a bound of a request: drop it"),
            new ApiAnswer(413, "The body is larger than remote_write.max_body: drop it"),
            new ApiAnswer(415, "Not snappy, or not remote_write 0.1.0: drop it"),
            new ApiAnswer(503, "Nothing was taken: send it again, after Retry-After where it is there"),
        ],
    };

    private async Task ReceiveAsync(HttpContext context)
    {
        var request = context.Request;
        if (RemoteWriteAnswer.OfHeaders(request.Headers.ContentEncoding, request.ContentType) is { } wrong)
        {
            await AnswerAsync(context, wrong);
            return;
        }
        if (!await _bodies.WaitAsync(limits.Wait, context.RequestAborted))
        {
            await ApiError.AnswerAsync(context, 503, "too many requests under way (remote_write.concurrent)", TimeSpan.FromSeconds(1));
            return;
        }
        try
        {
            using var body = await BodyReader.ReadAsync(context, limits.Body);
            // Up to where it waits for the log it is one piece of work on this thread.
            var (began, used) = (Stopwatch.GetTimestamp(), ThreadTime.Now);
            var answer = receiver.ReceiveAsync(body.Memory, context.RequestAborted);
            worked(Stopwatch.GetElapsedTime(began), ThreadTime.Now - used);
            await AnswerAsync(context, await answer);
        }
        finally
        {
            _bodies.Release();
        }
    }

    private static Task AnswerAsync(HttpContext context, RemoteWriteAnswer answer)
    {
        if (answer.Reason is { } reason)
            return ApiError.AnswerAsync(context, answer.Status, reason, answer.RetryAfter);
        context.Response.StatusCode = answer.Status;
        return Task.CompletedTask;
    }
}
