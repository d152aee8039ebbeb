using System.Globalization;
using System.Text;

namespace Tocsin.Actors.Sinks.Streams;

/// <summary>What else goes over a subscriber's connection, asked for again and again. Keeps no queue: whoever is slow is told of more at once.</summary>
public interface IBesideAlerts
{
    /// <summary>How long after having been asked it is asked again.</summary>
    TimeSpan Pace { get; }

    /// <summary>What is to be said now; none where nothing happened.</summary>
    IEnumerable<StreamEvent> Next();
}

/// <summary>Writes a subscription as server-sent events (WHATWG HTML, 9.2).</summary>
public static class SseWriter
{
    public const string ContentType = "text/event-stream";

    /// <summary>Until the subscriber goes, is dropped, or <paramref name="stop"/>. A comment every <paramref name="beat"/> of silence keeps proxies
    /// from closing the connection and finds out clients that are gone.</summary>
    /// <param name="beside">Null: alerts alone.</param>
    /// <param name="slow">How long one write may take before the client is given up.</param>
    /// <exception cref="IOException">The client went away.</exception>
    public static async Task WriteAsync(AlertSubscription subscription, Stream to, TimeSpan beat, TimeSpan slow, TimeProvider time, CancellationToken stop, IBesideAlerts? beside = null)
    {
        // Clients come again after this many milliseconds.
        await SendAsync(to, "retry: 3000\n\n"u8.ToArray(), slow, time, stop).ConfigureAwait(false);
        foreach (var missed in subscription.Missed)
            await SendAsync(to, Frame(missed), slow, time, stop).ConfigureAwait(false);
        var wait = beside is null || beside.Pace > beat ? beat : beside.Pace;
        var silent = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            foreach (var said in beside?.Next() ?? [])
            {
                await SendAsync(to, Frame(said), slow, time, stop).ConfigureAwait(false);
                silent = TimeSpan.Zero;
            }
            switch (await NextAsync(subscription, wait, time, stop).ConfigureAwait(false))
            {
                case true:
                    while (subscription.Next.TryRead(out var happened))
                        await SendAsync(to, Frame(happened), slow, time, stop).ConfigureAwait(false);
                    silent = TimeSpan.Zero;
                    break;
                case false:
                    await SendAsync(to, "event: lost\ndata: {\"why\":\"too slow; come again with Last-Event-ID\"}\n\n"u8.ToArray(), slow, time, stop).ConfigureAwait(false);
                    return;
                case null when (silent += wait) >= beat:
                    await SendAsync(to, ": beat\n\n"u8.ToArray(), slow, time, stop).ConfigureAwait(false);
                    silent = TimeSpan.Zero;
                    break;
            }
        }
    }

    internal static byte[] Frame(StreamEvent happened)
    {
        var head = happened.Id > 0 ? $"id: {happened.Id.ToString(CultureInfo.InvariantCulture)}\n" : "";
        // JSON has no bare line breaks, so one data line holds it.
        return [.. Encoding.ASCII.GetBytes($"{head}event: {happened.Name}\ndata: "), .. happened.Data, (byte)'\n', (byte)'\n'];
    }

    /// <summary>True: there is something; false: nothing more will come; null: nothing came in time.</summary>
    private static async Task<bool?> NextAsync(AlertSubscription subscription, TimeSpan beat, TimeProvider time, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(beat, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            return await subscription.Next.WaitToReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task SendAsync(Stream to, byte[] bytes, TimeSpan slow, TimeProvider time, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(slow, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            await to.WriteAsync(bytes, either.Token).ConfigureAwait(false);
            await to.FlushAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"the client took nothing for {slow.TotalSeconds:0.#} s");
        }
    }
}
