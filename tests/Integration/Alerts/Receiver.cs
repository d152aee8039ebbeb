using System.Collections.Concurrent;
using System.Net;

namespace Tocsin.Integration.Alerts;

internal sealed record Received(string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>A webhook receiver that answers with the next of its statuses, then with 204.</summary>
internal sealed class Receiver : IDisposable
{
    private readonly FakeExporter _server;
    private readonly ConcurrentQueue<int> _statuses;
    private readonly ConcurrentQueue<Received> _received = new();
    private int _attempts;

    public Receiver(params int[] statuses)
    {
        _statuses = new ConcurrentQueue<int>(statuses);
        _server = new FakeExporter(AnswerAsync);
    }

    public Uri Url => new($"http://127.0.0.1:{_server.Port}/hook");

    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>What was answered with 204.</summary>
    public IReadOnlyList<Received> Accepted => [.. _received];

    public void Dispose() => _server.Dispose();

    private async Task AnswerAsync(HttpListenerContext context)
    {
        Interlocked.Increment(ref _attempts);
        using var reader = new StreamReader(context.Request.InputStream);
        var body = await reader.ReadToEndAsync();
        var status = _statuses.TryDequeue(out var next) ? next : 204;
        if (status == 204)
            _received.Enqueue(new Received(body, context.Request.Headers.AllKeys.ToDictionary(k => k!, k => context.Request.Headers[k]!)));
        if (status == 429)
            context.Response.Headers["Retry-After"] = "0";
        context.Response.StatusCode = status;
        context.Response.Close();
    }
}
