using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;

namespace Tocsin.Integration.Serve.Kills;

/// <summary>A webhook that now and then refuses, and now and then takes what came and fails all the same.</summary>
internal sealed class AlertReceiver : IDisposable
{
    private readonly ConcurrentDictionary<(string Alert, int Revision), int> _heard = new();
    private readonly FakeExporter _listener;
    private readonly Random _random;

    public AlertReceiver(int seed)
    {
        _random = new Random(seed);
        _listener = new FakeExporter(async context =>
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var body = JsonNode.Parse(await reader.ReadToEndAsync())!;
            int fate;
            lock (_random)
                fate = _random.Next(6);
            if (fate > 0)
                _heard.AddOrUpdate((body["id"]!.GetValue<string>(), body["revision"]!.GetValue<int>()), 1, (_, n) => n + 1);
            context.Response.StatusCode = fate < 2 ? 500 : 200;
            await FakeExporter.WriteAsync(context, "");
        });
    }

    public Uri Address => new($"http://127.0.0.1:{_listener.Port}/hook");

    /// <summary>How often each revision of each alert came.</summary>
    public IReadOnlyDictionary<(string Alert, int Revision), int> Heard => _heard;

    public void Dispose() => _listener.Dispose();
}
