using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tocsin.Shared;

namespace Tocsin.Daemon.Demo;

/// <summary>Alerts as they are raised, from <c>GET /api/v1/alerts/stream</c>: as they were raised is how they are told.</summary>
internal static class AlertFeed
{
    /// <summary>Until it is stopped, without an exception then.</summary>
    /// <exception cref="DependencyException">The daemon ended the stream.</exception>
    public static async IAsyncEnumerable<ShownAlert> RaisedAsync(HttpClient http, [EnumeratorCancellation] CancellationToken stop)
    {
        var events = Events(http, stop).GetAsyncEnumerator(stop);
        await using var _ = events;
        while (await NextAsync(events, stop))
        {
            if (events.Current.EventType != "raised")
                continue;
            using var alert = JsonDocument.Parse(events.Current.Data);
            yield return ShownAlert.Of(alert.RootElement);
        }
    }

    private static async IAsyncEnumerable<SseItem<string>> Events(HttpClient http, [EnumeratorCancellation] CancellationToken stop)
    {
        using var stream = await http.GetStreamAsync("/api/v1/alerts/stream", stop);
        await foreach (var said in SseParser.Create(stream).EnumerateAsync(stop))
            yield return said;
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> events, CancellationToken stop)
    {
        try
        {
            if (await events.MoveNextAsync())
                return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            if (stop.IsCancellationRequested)
                return false;
            throw new DependencyException($"the demo's daemon ended its stream of alerts: {e.Message}; its own words are in tocsin.log", e);
        }
        return stop.IsCancellationRequested ? false : throw new DependencyException("the demo's daemon ended its stream of alerts; its own words are in tocsin.log");
    }
}
