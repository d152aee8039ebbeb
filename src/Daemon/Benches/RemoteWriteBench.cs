using System.Diagnostics;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Benches;

/// <summary>From the bytes of a remote_write request to batches of samples, on one core.</summary>
internal static class RemoteWriteBench
{
    private const int Nodes = 2000;
    private const int Cores = 32;
    private const int SamplesPerRequest = 2000;
    private const long StartMs = 1_700_000_000_000;

    public static Bench Create() =>
        new("remote-write", $"remote_write requests of {Nodes} nodes to batches on one core: samples/s, bytes allocated a sample, unpacking alone", Run);

    private static Dictionary<string, double> Run()
    {
        var series = NodeSeries.Create(Cores);
        var requests = Requests(series, out var samples);
        var packed = requests.Sum(r => (long)r.Length);
        Console.WriteLine($"{samples} series of {Nodes} nodes in {requests.Count} requests, {(double)packed / samples:F1} bytes a sample packed");
        var clock = new FixedClock(DateTimeOffset.FromUnixTimeMilliseconds(StartMs));
        using var receiver = new RemoteWriteReceiver(new IdentityOptions { Cluster = "bench" }, new RemoteWriteLimits(), new CountingSink(), clock);

        var first = Seconds(() => Receive(receiver, requests));
        var best = double.MaxValue;
        var before = GC.GetAllocatedBytesForCurrentThread();
        const int Rounds = 10;
        for (var i = 0; i < Rounds; i++)
            best = Math.Min(best, Seconds(() => Receive(receiver, requests)));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var text = new byte[1 << 20];
        long unpackedBytes = 0;
        var unpacking = Best(() =>
        {
            unpackedBytes = 0;
            foreach (var request in requests)
            {
                SnappyBlock.TryDecode(request, 64 << 20, ref text, out var length);
                unpackedBytes += length;
            }
        });
        var iron = Best(() => requests.ForEach(r => IronSnappy.Snappy.Decode(r)));
        var counts = receiver.Counts;
        if (receiver.Tally.Accepted != samples * (long)(Rounds + 1) || receiver.Tally.Rejected != 0)
            throw new InvalidOperationException($"{receiver.Tally.Accepted} accepted, {receiver.Tally.Rejected} rejected of {samples * (Rounds + 1)}");
        var figures = new Dictionary<string, double>
        {
            ["samples"] = samples,
            ["distinct_series"] = counts.DistinctSeries,
            ["first_samples_per_s"] = samples / first,
            ["samples_per_s"] = samples / best,
            ["ns_per_sample"] = best / samples * 1e9,
            ["allocated_bytes_per_sample"] = (double)allocated / Rounds / samples,
            ["unpacked_bytes_per_sample"] = (double)unpackedBytes / samples,
            ["unpack_mb_per_s"] = unpackedBytes / unpacking / 1e6,
            ["unpack_ironsnappy_mb_per_s"] = unpackedBytes / iron / 1e6,
        };
        Console.WriteLine($"series not seen before:  {figures["first_samples_per_s"] / 1e6,8:F2} million samples/s");
        Console.WriteLine($"series known:            {figures["samples_per_s"] / 1e6,8:F2} million samples/s, {figures["ns_per_sample"]:F0} ns and {figures["allocated_bytes_per_sample"]:F3} bytes allocated a sample");
        Console.WriteLine($"of it, unpacking snappy: {unpacking / samples * 1e9,8:F0} ns a sample of {figures["unpacked_bytes_per_sample"]:F0} bytes, {figures["unpack_mb_per_s"]:F0} MB/s (IronSnappy's decoder: {figures["unpack_ironsnappy_mb_per_s"]:F0} MB/s)");
        Console.WriteLine($"known: {counts.KnownSeries} series of {counts.KnownNodes} nodes, {counts.DistinctSeries} different ones once the node is off");
        return figures;
    }

    /// <summary>Scrape after scrape, cut into requests of one size, as a Prometheus sends what it has appended.</summary>
    public static List<byte[]> Requests(IReadOnlyList<SeriesId> series, out int samples)
    {
        var requests = new List<byte[]>();
        var encoder = new RemoteWriteEncoder(new KeyValuePair<string, string>("job", "node"), new KeyValuePair<string, string>("cluster", "bench"));
        var random = new Random(1);
        samples = 0;
        for (var node = 0; node < Nodes; node++)
        {
            foreach (var one in series)
            {
                encoder.Add($"cn{node:0000}.bench.example:9100", one, StartMs + node, random.Next(1 << 20) / 8.0);
                samples++;
                if (encoder.Samples == SamplesPerRequest)
                    requests.Add(encoder.Take());
            }
        }
        if (encoder.Samples > 0)
            requests.Add(encoder.Take());
        return requests;
    }

    private static void Receive(RemoteWriteReceiver receiver, List<byte[]> requests)
    {
        foreach (var request in requests)
        {
            // The sink answers at once, so every step is done when the call returns.
            var answer = receiver.ReceiveAsync(request, default).AsTask().GetAwaiter().GetResult();
            if (answer.Status != 204)
                throw new InvalidOperationException(answer.Reason);
        }
    }

    private static double Best(Action call) => Enumerable.Range(0, 5).Min(_ => Seconds(call));

    private static double Seconds(Action call)
    {
        var start = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private sealed class CountingSink : ISampleSink
    {
        public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop) => ValueTask.FromResult(AppendResult.Done);
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
