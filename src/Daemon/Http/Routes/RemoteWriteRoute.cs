using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tocsin.Ingest.RemoteWrite;

namespace Tocsin.Daemon.Http.Routes;

/// <summary><c>POST /api/v1/write</c>. The receiver says what to answer; this reads the body, and no more of them at a time than there is room for.</summary>
internal sealed class RemoteWriteRoute(RemoteWriteReceiver receiver, RemoteWriteLimits limits)
{
    /// <summary>For a body as a whole. The server itself ends connections that trickle.</summary>
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(30);

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
        if (request.ContentLength > limits.Body)
        {
            await ApiError.AnswerAsync(context, 413, $"a body of {request.ContentLength} bytes, expected at most {limits.Body} (remote_write.max_body)");
            return;
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limits.Body;
        if (!await _bodies.WaitAsync(limits.Wait, context.RequestAborted))
        {
            await ApiError.AnswerAsync(context, 503, "too many requests under way (remote_write.concurrent)", TimeSpan.FromSeconds(1));
            return;
        }
        var body = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(request.ContentLength ?? 0, 4096, limits.Body));
        try
        {
            (body, var length) = await ReadAsync(context, body);
            await AnswerAsync(context, await receiver.ReceiveAsync(body.AsMemory(0, length), context.RequestAborted));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
            _bodies.Release();
        }
    }

    private static async Task<(byte[] Body, int Length)> ReadAsync(HttpContext context, byte[] body)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(ReadLimit);
        var length = 0;
        try
        {
            while (true)
            {
                var read = await context.Request.Body.ReadAsync(body.AsMemory(length), deadline.Token);
                if (read == 0)
                    return (body, length);
                length += read;
                if (length < body.Length)
                    continue;
                var larger = ArrayPool<byte>.Shared.Rent(body.Length * 2);
                body.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(body);
                body = larger;
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException($"the body did not come within {ReadLimit.TotalSeconds:0} s", StatusCodes.Status408RequestTimeout);
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
