using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tocsin.Actors.Sinks.Streams;

namespace Tocsin.Daemon.Http.Routes;

/// <summary>An answer that goes on: alerts as server-sent events, and what goes beside them, until one side goes.</summary>
internal static class EventStream
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(30);

    /// <param name="beside">Null: alerts alone.</param>
    public static async Task SendAsync(HttpContext context, AlertStream stream, AlertFilter filter, IBesideAlerts? beside, TimeProvider clock, CancellationToken stopping)
    {
        long? after = null;
        if (context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } last])
        {
            if (!long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                await ApiError.AnswerAsync(context, 400, $"Last-Event-ID: '{last}', expected a whole number");
                return;
            }
            after = id;
        }
        using var subscription = stream.Subscribe(filter, after);
        if (subscription is null)
        {
            await ApiError.AnswerAsync(context, 503, "as many subscribers as may be (limits.streams)", TimeSpan.FromSeconds(10));
            return;
        }
        context.Response.ContentType = SseWriter.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        // A proxy that collects answers would keep alerts to itself.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await SseWriter.WriteAsync(subscription, context.Response.Body, Beat, Slow, clock, end.Token, beside);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client has gone, or the daemon goes: either way the connection ends here.
        }
    }
}
