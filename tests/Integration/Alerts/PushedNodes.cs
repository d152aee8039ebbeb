using System.Collections.Concurrent;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Integration.Serve;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Alerts;

/// <summary>Nodes whose samples are pushed to the daemon once a second, all in one request, each with what a test gave it last.</summary>
internal sealed class PushedNodes : IAsyncDisposable
{
    private readonly ServeProcess _serve;
    private readonly ConcurrentDictionary<(string Node, SeriesId Series), double> _values = new();
    private readonly ConcurrentDictionary<string, bool> _silent = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private long _second;

    public PushedNodes(ServeProcess serve, params IEnumerable<(string Node, SeriesId Series, double Value)> values)
    {
        _serve = serve;
        foreach (var (node, series, value) in values)
            Set(node, series, value);
        _running = RunAsync();
    }

    /// <summary>Requests that were taken.</summary>
    public int Pushed { get; private set; }

    public static SeriesId Series(string name, params (string Name, string Value)[] labels) =>
        new(name, [.. labels.OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => KeyValuePair.Create(l.Name, l.Value))]);

    public void Set(string node, SeriesId series, double value) => _values[(node, series)] = value;

    public void Silence(string node, bool silent) => _silent[node] = silent;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var encoder = new RemoteWriteEncoder();
        while (!_stop.IsCancellationRequested)
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            if (now / 1000 == _second)
            {
                await Task.Delay(20);
                continue;
            }
            _second = now / 1000;
            foreach (var ((node, series), value) in _values.Where(v => !_silent.GetValueOrDefault(v.Key.Node)))
                encoder.Add($"{node}:9100", series, _second * 1000, value);
            if (encoder.Samples == 0)
                continue;
            var body = encoder.Take();
            try
            {
                if ((await _serve.PostAsync("/api/v1/write", body, "application/x-protobuf", "snappy")).Status == 204)
                    Pushed++;
            }
            catch (HttpRequestException)
            {
                // The daemon is gone: the test will say so.
            }
        }
    }
}
