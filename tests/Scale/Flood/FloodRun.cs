using System.Diagnostics;
using Tocsin.Scale.Load;
using Tocsin.Scale.Measure;
using Tocsin.Scale.Stream;

namespace Tocsin.Scale.Flood;

/// <summary>The fleet's stream as fast as a server takes it, each node's samples in their order. All requests are written and packed before the first one is sent.</summary>
internal static class FloodRun
{
    /// <summary>Ticks before the clock runs: a server makes its series then, and compiles its code.</summary>
    public const int FirstTicks = 4;

    private static readonly TimeSpan QuietLimit = TimeSpan.FromMinutes(5);

    public static async Task<FloodReport> RunAsync(FloodOptions options)
    {
        var requests = Requests(options);
        using var client = new HttpClient();
        var connections = Enumerable.Range(0, options.Connections).Select(_ => new WriteConnection(options.Url)).ToArray();
        try
        {
            await SendAsync(requests, connections, 0, FirstTicks);
            await QuietAsync(options.Process);
            // Who keeps what is new in memory for some seconds has written the first ticks, and the names of all series, by then.
            if (options.Kill)
                await Task.Delay(TimeSpan.FromSeconds(20));
            var (before, counted) = (ProcessFigures.Of(options.Process), await CountAsync(client, options));
            var disk = Size(options.Folder);
            var clock = Stopwatch.StartNew();
            var own = Environment.CpuUsage.TotalTime;
            await SendAsync(requests, connections, FirstTicks, FirstTicks + options.Ticks);
            var sent = clock.Elapsed.TotalSeconds;
            own = Environment.CpuUsage.TotalTime - own;
            if (options.Kill)
            {
                Process.GetProcessById(options.Process).Kill();
                return new FloodReport(options.Name, (long)options.Nodes * NodeSeries.All.Count * options.Ticks, 0, sent, clock.Elapsed.TotalSeconds, 0, 0, 0, 0, connections.Sum(c => c.Retries), connections.Sum(c => c.Dropped), 0);
            }
            var (after, samples) = (ProcessFigures.Of(options.Process), await CountAsync(client, options) - counted);
            var worked = options.Behind is { } behind ? await WorkedAsync(client, options, behind, clock) : (double?)null;
            await QuietAsync(options.Process);
            var quiet = ProcessFigures.Of(options.Process);
            // Some count what is in their buffers only when it leaves them.
            var counter = await CountAsync(client, options) - counted;
            return new FloodReport(
                options.Name, (long)options.Nodes * NodeSeries.All.Count * options.Ticks, counter, sent, clock.Elapsed.TotalSeconds,
                after.CpuSeconds - before.CpuSeconds, quiet.CpuSeconds - before.CpuSeconds, quiet.ResidentBytes, Size(options.Folder) - disk, connections.Sum(c => c.Retries), connections.Sum(c => c.Dropped), samples)
            { WorkedSeconds = worked, OwnCpu = own.TotalSeconds };
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    /// <summary>By tick, then by block of nodes.</summary>
    private static byte[][][] Requests(FloodOptions options)
    {
        var fleet = new Fleet(NodeSeries.All, options.Nodes, 1);
        var blocks = Enumerable.Range(0, (options.Nodes + options.NodesOfRequest - 1) / options.NodesOfRequest)
            .Select(b => new RequestTemplate(.., b * options.NodesOfRequest, Math.Min(options.NodesOfRequest, options.Nodes - (b * options.NodesOfRequest)))).ToArray();
        var ticks = FirstTicks + options.Ticks;
        var values = new double[NodeSeries.All.Count];
        var begin = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - ((long)ticks * FloodOptions.CadenceMs);
        return [.. Enumerable.Range(0, ticks).Select(tick => blocks.Select(block =>
        {
            for (var node = block.FirstNode; node < block.FirstNode + block.Nodes; node++)
            {
                fleet.Step(node, 1 + (node / 16 % JobBook.Kinds), tick * 15, 15, values);
                block.Fill(node, begin + ((long)tick * FloodOptions.CadenceMs) + (node * (long)FloodOptions.CadenceMs / options.Nodes), values);
            }
            return block.Packed();
        }).ToArray())];
    }

    /// <remarks>A block's connection is always the same one: a server sees each series in its order.</remarks>
    private static Task SendAsync(byte[][][] requests, WriteConnection[] connections, int from, int to) =>
        Task.WhenAll(connections.Select((connection, c) => Task.Run(async () =>
        {
            for (var tick = from; tick < to; tick++)
            {
                for (var block = c; block < requests[tick].Length; block += connections.Length)
                    await connection.SendAsync(requests[tick][block], 0, CancellationToken.None);
            }
        })));

    /// <summary>Until the process does next to nothing: what it put off is part of what it costs.</summary>
    private static async Task QuietAsync(int process)
    {
        var last = ProcessFigures.Of(process).CpuSeconds;
        var quiet = 0;
        for (var clock = Stopwatch.StartNew(); quiet < 3 && clock.Elapsed < QuietLimit;)
        {
            await Task.Delay(1000);
            var now = ProcessFigures.Of(process).CpuSeconds;
            quiet = now - last < 0.05 ? quiet + 1 : 0;
            last = now;
        }
    }

    private static async Task<double> WorkedAsync(HttpClient client, FloodOptions options, string behind, Stopwatch clock)
    {
        for (var begin = clock.Elapsed; clock.Elapsed - begin < QuietLimit; await Task.Delay(100))
        {
            if ((await MetricsPage.GetAsync(client, new Uri(options.Url, "/metrics")))[behind] == 0)
                return clock.Elapsed.TotalSeconds;
        }
        return double.NaN;
    }

    private static async Task<double> CountAsync(HttpClient client, FloodOptions options) =>
        (await MetricsPage.GetAsync(client, new Uri(options.Url, "/metrics")))[options.Counter];

    private static long Size(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Exists ? f.Length : 0);
}

/// <param name="Taken">By the server's own counter, when it was quiet again; <paramref name="TakenAtOnce"/>: when the last request was answered.</param>
/// <param name="SendSeconds">From the first request to the last answer; <paramref name="QuietSeconds"/>: until it was quiet again.</param>
internal sealed record FloodReport(
    string Name, long Samples, double Taken, double SendSeconds, double QuietSeconds, double SendCpu, double QuietCpu, long ResidentBytes, long DiskBytes, long Retries, long Dropped, double TakenAtOnce)
{
    /// <summary>From the first request until nothing waited to be worked on any more; null where the server does not say.</summary>
    public double? WorkedSeconds { get; init; }

    /// <summary>Processor time of the load tool itself while sending, on the same machine.</summary>
    public double OwnCpu { get; init; }

    public string Line => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{Name,-16} {Samples / SendSeconds,10:F0} samples/s  {1e6 * SendCpu / Samples,6:F2} CPU s/million while sending, {1e6 * QuietCpu / Samples,6:F2} until quiet ({QuietSeconds:F0} s)  {(double)DiskBytes / Samples,6:F2} bytes/sample on disk  {ResidentBytes / 1e6,6:F0} MB  taken {Taken:F0} of {Samples}  retries {Retries}, dropped {Dropped}  (load tool {1e6 * OwnCpu / Samples:F2} CPU s/million)  sent in {SendSeconds:F1} s{(WorkedSeconds is { } worked ? $", all worked on after {worked:F1} s" : "")}");
}
