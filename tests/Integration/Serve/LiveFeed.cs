using System.Globalization;
using System.Text;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Serve;

/// <summary>Four nodes that push a sample a second and run jobs, as fast as the daemon takes it: event time goes on, nobody waits for it.</summary>
internal sealed class LiveFeed(ServeProcess serve)
{
    private static readonly SeriesId[] Series = [.. new TinyRecording().Series.Select(s => new SeriesId(s, []))];

    private readonly Random _random = new(11);
    private int _job = 100;

    public static string[] Nodes { get; } = ["cn0", "cn1", "cn2", "cn3"];

    /// <summary>Of the next sample, unix seconds.</summary>
    public long Now { get; private set; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - (40 * 60);

    /// <summary>The same nodes and their time go on, to a daemon that was started anew.</summary>
    public LiveFeed To(ServeProcess other) => new(other) { Now = Now, _job = _job };

    /// <summary>A job of this name on each node, of its own, for so long; "idle" is none.</summary>
    /// <param name="open">It has not ended by then.</param>
    /// <param name="leaking">This node's job takes five times the memory from half of that time on.</param>
    public async Task RunAsync(string kind, int seconds, bool open = false, string? leaking = null)
    {
        var first = _job;
        if (kind != "idle")
        {
            _job += Nodes.Length;
            await SayAsync("start", kind, first);
        }
        var encoder = new RemoteWriteEncoder();
        for (var t = 0; t < seconds; t++, Now++)
        {
            foreach (var node in Nodes)
            {
                var row = Row(kind, t);
                row[2] *= node == leaking && t >= seconds / 2 ? 5 : 1;
                for (var m = 0; m < row.Length; m++)
                    encoder.Add($"{node}:9100", Series[m], Now * 1000, row[m]);
            }
            if (t % 10 == 9 || t == seconds - 1)
                await TakeAsync(() => serve.PostAsync("/api/v1/write", encoder.Take(), "application/x-protobuf", "snappy"), 204);
        }
        if (kind != "idle" && !open)
            await SayAsync("end", kind, first);
    }

    private async Task SayAsync(string what, string kind, int first)
    {
        var events = Nodes.Select((n, i) => string.Create(CultureInfo.InvariantCulture, $$"""{"event": "{{what}}", "jobId": "{{first + i}}", "jobName": "{{kind}}", "nodes": "{{n}}", "time": {{Now}}}"""));
        await TakeAsync(() => serve.PostAsync("/api/v1/jobs/events", Encoding.UTF8.GetBytes($"[{string.Join(',', events)}]"), "application/json"), 200);
    }

    private static async Task TakeAsync(Func<Task<(int Status, string Body)>> post, int expected)
    {
        var (status, body) = await post();
        Assert.True(status == expected, $"{status}: {body}");
    }

    private double[] Row(string kind, int t)
    {
        var wave = Math.Sin(t * 0.6);
        double Noise() => _random.NextDouble() - 0.5;
        return kind switch
        {
            "solver" => [16 + (2 * wave) + Noise(), 0.5 + Noise(), 8e9 + (5e8 * wave) + (1e8 * Noise()), 1e7 + (1e6 * Noise())],
            "copier" => [3 + Noise(), 6 + (3 * wave) + Noise(), 2e9 + (1e8 * Noise()), 4e8 + (1e8 * wave) + (2e7 * Noise())],
            "burst" => [(t / 4 % 2 == 0 ? 40 : 8) + Noise(), 3 + Noise(), 1.6e10 + (1e8 * Noise()), 1.5e8 + (1e6 * Noise())],
            _ => [1 + Noise(), 0, 1e9 + (1e6 * Noise()), 1e6 + (1e5 * Noise())],
        };
    }
}
