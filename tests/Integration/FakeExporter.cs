using System.Net;
using System.Net.Sockets;

namespace Tocsin.Integration;

/// <summary>An HTTP server on a free loopback port that answers as it is told.</summary>
internal sealed class FakeExporter : IDisposable
{
    private readonly HttpListener _listener = new();

    public FakeExporter(Func<HttpListenerContext, Task> answer)
    {
        Port = FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _ = ServeAsync(answer);
    }

    public int Port { get; }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public static FakeExporter OfText(string text) => new(c => WriteAsync(c, text));

    public static async Task WriteAsync(HttpListenerContext context, string text)
    {
        await using var body = context.Response.OutputStream;
        await body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync(Func<HttpListenerContext, Task> answer)
    {
        while (_listener.IsListening)
        {
            try
            {
                _ = AnswerAsync(await _listener.GetContextAsync(), answer);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context, Func<HttpListenerContext, Task> answer)
    {
        try
        {
            await answer(context);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The client went away: what it was after is up to the test.
        }
    }
}
