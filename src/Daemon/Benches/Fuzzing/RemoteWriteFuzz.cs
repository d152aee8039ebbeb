using Tocsin.Ingest.Identity;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Benches.Fuzzing;

/// <summary>Requests of remote_write: every one is answered, and every sample of one that could be read is either appended or counted with a reason.</summary>
internal sealed class RemoteWriteFuzz : ISampleSink, IDisposable
{
    private const long NowMs = 1_700_000_000_000;

    private static readonly string[] Names = ["up", "node_load1", "node_cpu_seconds_total", "go_goroutines", "9bad", "DCGM_FI_DEV_GPU_UTIL", ""];
    private static readonly string[] Labels = ["cpu", "mode", "job_id", "prometheus_replica", "gpu", "Hostname", "0bad", "zone"];

    private readonly RemoteWriteReceiver _receiver;
    private long _appended;

    public RemoteWriteFuzz()
    {
        var limits = new RemoteWriteLimits { Series = 2000, DistinctSeries = 500, Nodes = 50, Samples = 5000, Unpacked = 1 << 20 };
        _receiver = new RemoteWriteReceiver(new IdentityOptions { Cluster = "fuzz" }, limits, this, new FixedClock(DateTimeOffset.FromUnixTimeMilliseconds(NowMs)));
    }

    public RemoteWriteReceiver Receiver => _receiver;

    public static void Once(int seed)
    {
        using var fuzz = new RemoteWriteFuzz();
        fuzz.Next(seed);
    }

    /// <summary>One valid and one damaged request; the receiver goes on from one call to the next.</summary>
    public void Next(int seed)
    {
        var random = new Random(seed);
        var valid = Valid(random);
        if (Send(valid) != 204)
            throw new InvalidOperationException($"seed {seed}: a valid request was refused");
        var message = IronSnappy.Snappy.Decode(valid);
        Send(random.Next(8) switch
        {
            0 => Mutations.Noise(random, 300),
            1 => Mutations.Damage(random, valid),
            2 => IronSnappy.Snappy.Encode(Mutations.Noise(random, 300)),
            // Most of the damage lies behind the packing, where else little of it would arrive.
            _ => IronSnappy.Snappy.Encode(Mutations.Damage(random, message)),
        });
        var tally = _receiver.Tally;
        if (tally.Accepted != _appended || tally.Sent != tally.Accepted + tally.Rejected)
            throw new InvalidOperationException($"seed {seed}: {tally.Sent} sent, {tally.Accepted} accepted ({_appended} appended), {tally.Rejected} rejected");
    }

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<SampleBatch> batches, CancellationToken stop)
    {
        _appended += batches.Sum(b => b.Samples.Count);
        return ValueTask.FromResult(AppendResult.Done);
    }

    public void Dispose() => _receiver.Dispose();

    private int Send(byte[] body) => _receiver.ReceiveAsync(body, default).AsTask().GetAwaiter().GetResult().Status;

    private static byte[] Valid(Random random)
    {
        var encoder = new RemoteWriteEncoder();
        for (var n = random.Next(40); n > 0; n--)
        {
            var labels = Labels.Where(_ => random.Next(4) == 0).Select(l => new KeyValuePair<string, string>(l, $"v{random.Next(20)}")).ToArray();
            var value = random.Next(5) == 0 ? StaleMarker.Value : random.NextDouble();
            encoder.Add($"n{random.Next(60)}:9100", new SeriesId(Names[random.Next(Names.Length)], labels), NowMs + random.Next(-1_000_000_000, 1_000_000), value);
        }
        return encoder.Take();
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
