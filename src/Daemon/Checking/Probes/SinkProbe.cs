using System.Net.Sockets;
using Tocsin.Actors.Sinks.Http;
using Tocsin.Daemon.Config;
using Tocsin.Shared;

namespace Tocsin.Daemon.Checking.Probes;

/// <summary>Asks each Alertmanager for its status; of a webhook only a connection, since what is posted there may wake somebody.</summary>
internal static class SinkProbe
{
    public static async Task<IReadOnlyList<SinkSeen>> AskAsync(SinkOptions sinks, TimeSpan limit, CancellationToken stop)
    {
        using var http = HttpCall.Client();
        var asked = sinks.Alertmanagers.Select(a => SeeAsync(a.Name, a.Url, late => StatusAsync(http, a, late), limit, stop))
            .Concat(sinks.Webhooks.Select(w => SeeAsync(w.Name, w.Webhook.Url, late => ConnectAsync(w.Webhook.Url, late), limit, stop)));
        return await Task.WhenAll(asked);
    }

    private static async Task<SinkSeen> SeeAsync(string name, Uri url, Func<CancellationToken, Task<string?>> look, TimeSpan limit, CancellationToken stop)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(limit);
        try
        {
            return new SinkSeen(name, url, await look(late.Token));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new SinkSeen(name, url, $"did not answer within {limit.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or DependencyException)
        {
            return new SinkSeen(name, url, e.Message.Split('\n')[0]);
        }
    }

    private static async Task<string?> StatusAsync(HttpClient http, AlertmanagerOptionsAt to, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{to.Url.ToString().TrimEnd('/')}/api/v2/status");
        to.Auth.Apply(request);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        return answer.IsSuccessStatusCode ? null : $"answered {(int)answer.StatusCode} at /api/v2/status";
    }

    private static async Task<string?> ConnectAsync(Uri to, CancellationToken stop)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(to.IdnHost, to.Port, stop);
        return null;
    }
}
