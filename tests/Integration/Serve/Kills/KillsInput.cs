using System.Text;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Serve.Kills;

/// <summary>Four minutes of a dozen nodes, as requests in the order in which they are to be sent: samples once a second, two jobs, and nodes of which something is
/// never right for a while, or from then on.</summary>
internal static class KillsInput
{
    public const int Seconds = 240;

    private const int Nodes = 12;

    private static readonly SeriesId Load = new("node_load1", []);
    private static readonly SeriesId DisksFailed = new("node_md_disks", [new("device", "md0"), new("state", "failed")]);
    private static readonly SeriesId ReadOnly = new("node_filesystem_readonly", [new("device", "/dev/sda1"), new("fstype", "ext4"), new("mountpoint", "/")]);
    private static readonly SeriesId Killed = new("node_vmstat_oom_kill", []);
    private static readonly SeriesId OfTheExporter = new("go_goroutines", []);

    /// <param name="startMs">Unix milliseconds of the first second, whole seconds: everything is relative to it.</param>
    public static List<SenderRequest> Of(long startMs)
    {
        var requests = new List<SenderRequest>();
        var encoder = new RemoteWriteEncoder();
        for (var second = 0; second < Seconds; second++)
        {
            switch (second)
            {
                case 40:
                    requests.Add(Job(startMs, second, "start", 7, "cn[00-01]"));
                    break;
                case 60:
                    requests.Add(Job(startMs, second, "start", 8, "cn[04-07]"));
                    break;
                case 150:
                    requests.Add(Job(startMs, second, "end", 8, "cn[04-07]"));
                    break;
                case 220:
                    requests.Add(Job(startMs, second, "end", 7, "cn[00-01]"));
                    break;
            }
            for (var node = 0; node < Nodes; node++)
                Add(encoder, node, second, startMs + (second * 1000));
            var samples = encoder.Samples;
            requests.Add(new SenderRequest("/api/v1/write", encoder.Take(), "application/x-protobuf", "snappy", samples));
        }
        return requests;
    }

    private static void Add(RemoteWriteEncoder encoder, int node, int second, long timeMs)
    {
        var name = $"cn{node:00}:9100";
        encoder.Add(name, Load, timeMs, 1 + (((second * 7) + node) % 5));
        // cn00, cn03 and cn08 lose a disk for a while; each at its own time, so that they are three alerts.
        var failed = node switch { 0 => second is >= 70 and < 110, 3 => second is >= 30 and < 75, 8 => second is >= 120 and < 170, _ => false };
        encoder.Add(name, DisksFailed, timeMs, failed ? 1 : 0);
        encoder.Add(name, ReadOnly, timeMs, node == 5 && second is >= 90 and < 180 ? 1 : 0);
        // What was killed for want of memory is told for ten minutes.
        encoder.Add(name, Killed, timeMs, node == 10 && second >= 100 ? 4 : 3);
        encoder.Add(name, OfTheExporter, timeMs, 20);
    }

    private static SenderRequest Job(long startMs, int second, string what, int job, string nodes)
    {
        var body = $$"""{"event": "{{what}}", "jobId": {{job}}, "nodes": "{{nodes}}", "time": {{(startMs / 1000) + second}}}""";
        return new SenderRequest("/api/v1/jobs/events", Encoding.UTF8.GetBytes(body), "application/json", null, 0);
    }
}

/// <param name="Samples">In it.</param>
internal sealed record SenderRequest(string Path, byte[] Body, string Type, string? Encoding, int Samples);
