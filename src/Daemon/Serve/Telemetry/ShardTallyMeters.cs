using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Tocsin.Actors.Nodes.Shard;

namespace Tocsin.Daemon.Serve.Telemetry;

/// <summary>What the shards of nodes made of what is in the log. A shard that begins anew counts from 0, as a counter may.</summary>
internal sealed class ShardTallyMeters
{
    private readonly ConcurrentDictionary<int, NodeShard> _shards = new();

    public ShardTallyMeters(Meter meter)
    {
        meter.CreateObservableCounter("tocsin_frame_samples", () => Each("result", t => t.Samples), null, "Samples from the log by what became of them; a replay after a crash counts some again.");
        meter.CreateObservableCounter("tocsin_shard_rejected", () => Each("reason", t => t.Rejected), null, "Records and series in the log that could not be used, by reason.");
        meter.CreateObservableCounter("tocsin_dead_letters", () => _shards.OrderBy(s => s.Key).Select(s => new Measurement<long>(s.Value.Tallies.GivenUp, new KeyValuePair<string, object?>("shard", s.Key))), null, "Records that were given up; each is a row of the store with its reason.");
    }

    public void Show(int partition, NodeShard shard) => _shards[partition] = shard;

    private IEnumerable<Measurement<long>> Each(string label, Func<ShardTallies, IReadOnlyList<KeyValuePair<string, long>>> of) => _shards.OrderBy(s => s.Key).SelectMany(s =>
        of(s.Value.Tallies).Select(t => new Measurement<long>(t.Value, new("shard", s.Key), new KeyValuePair<string, object?>(label, t.Key))));
}
