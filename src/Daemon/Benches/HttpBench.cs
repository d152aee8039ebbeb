using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Http;
using Tocsin.Daemon.Http.Access;
using Tocsin.Daemon.Http.Routes;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Telemetry;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Benches;

/// <summary>The HTTP server with a client in the same process: a page of metrics by nodes, and remote_write into a sink that takes everything.</summary>
internal static class HttpBench
{
    private const int Senders = 4;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(5);

    public static Bench Create() => new("http", "/metrics of 1,000 to 50,000 nodes, and remote_write over HTTP into a sink that takes everything; the client's work is in it", Run);

    private static Dictionary<string, double> Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task<Dictionary<string, double>> RunAsync()
    {
        var figures = new Dictionary<string, double>();
        var log = new OwnLog(TextWriter.Null, new OwnLogOptions { LinesPerSecond = 1 }, TimeProvider.System);
        var http = new HttpOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, 0) };
        var limits = new HttpLimits { Connections = 100, Requests = 64, Streams = 1, Shutdown = TimeSpan.FromSeconds(10), Nodes = 100_000 };
        using var meter = new Meter("Tocsin.Bench", null, null, scope: http);
        using var collector = new MeterCollector(http);
        var nodes = new NodeDirectory(limits.Nodes);
        var gate = new Gate(null);
        var clock = TimeProvider.System;
        using var receiver = new RemoteWriteReceiver(new IdentityOptions { Cluster = "bench" }, new RemoteWriteLimits { Age = TimeSpan.FromDays(36_500) }, new TakeAll(), clock);
        ApiRoute[] routes = [.. HealthRoutes.All(new Readiness(), gate, collector, nodes), new RemoteWriteRoute(receiver, new RemoteWriteLimits(), (_, _) => { }).Route()];
        await using var server = new ApiServer(http, limits, gate, routes, new HttpMeters(meter), _ => { }, log);
        await server.StartAsync(default);
        using var client = new HttpClient { BaseAddress = server.Address };
        foreach (var count in (int[])[1000, 10_000, 50_000])
        {
            nodes.Publish(0, [.. Enumerable.Range(0, count).Select(i => new NodeView { Node = new NodeKey("bench", $"cn{i:00000}"), Condition = NodeCondition.Normal, Score = i / 7f, Threshold = 6.1f })]);
            var (best, bytes) = (double.MaxValue, 0L);
            for (var i = 0; i < 20; i++)
            {
                var start = Stopwatch.GetTimestamp();
                bytes = (await client.GetByteArrayAsync("/metrics")).Length;
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            figures[$"metrics_ms_{count}"] = best;
            Console.WriteLine($"/metrics of {count,6} nodes: {best,7:F1} ms, {bytes / 1e6:F2} MB");
        }
        await SendAsync(client, receiver, figures);
        await server.StopAsync(default);
        return figures;
    }

    private static async Task SendAsync(HttpClient client, RemoteWriteReceiver receiver, Dictionary<string, double> figures)
    {
        var requests = RemoteWriteBench.Requests(NodeSeries.Create(32), out _);
        foreach (var request in requests)
            await PostAsync(client, request);
        var before = receiver.Tally.Accepted;
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
        {
            for (var i = sender; Stopwatch.GetElapsedTime(start) < Span; i = (i + Senders) % requests.Count)
                await PostAsync(client, requests[i]);
        }));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var samples = receiver.Tally.Accepted - before;
        using var process = Process.GetCurrentProcess();
        figures["write_samples_per_s"] = samples / seconds;
        figures["write_cpu_us_per_sample"] = (process.TotalProcessorTime - cpu).TotalMicroseconds / samples;
        Console.WriteLine($"remote_write over HTTP, {Senders} senders: {figures["write_samples_per_s"] / 1e6:F2} million samples/s, {figures["write_cpu_us_per_sample"]:F2} us of processor a sample, the senders' in it");
    }

    private static async Task PostAsync(HttpClient client, byte[] request)
    {
        using var content = new ByteArrayContent(request);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        using var response = await client.PostAsync("/api/v1/write", content);
        if (response.StatusCode != HttpStatusCode.NoContent)
            throw new InvalidOperationException($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    private sealed class TakeAll : ISampleSink
    {
        public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop) => ValueTask.FromResult(AppendResult.Done);
    }
}
