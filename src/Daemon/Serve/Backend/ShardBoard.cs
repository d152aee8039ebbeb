using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Backend;

/// <summary>How far the shards of one topic are, for probes and metrics. Any thread.</summary>
/// <param name="say">Told, once each time, that a shard waits and why, and that it goes on.</param>
internal sealed class ShardBoard(Action<string>? say = null)
{
    private readonly ConcurrentDictionary<int, ShardView> _shards = new();
    private readonly ConcurrentDictionary<int, string> _waits = new();

    public IEnumerable<ShardView> All => _shards.Values.OrderBy(s => s.Shard);

    public void Publish(ShardView view)
    {
        _shards[view.Shard] = view;
        if (view is { Phase: ShardPhase.Paused, Why: { } why })
        {
            var known = _waits.GetValueOrDefault(view.Shard);
            _waits[view.Shard] = why;
            if (known != why)
                say?.Invoke($"shard {view.Shard} waits: {why}");
        }
        else if (view.Phase == ShardPhase.Running && _waits.TryRemove(view.Shard, out _))
        {
            say?.Invoke($"shard {view.Shard} goes on");
        }
    }

    /// <param name="expected">How many there are when all are here.</param>
    public CheckResult Check(int expected)
    {
        var all = All.ToList();
        if (all.Find(s => s.Phase == ShardPhase.Paused) is { } paused)
            return CheckResult.Bad($"{paused.Shard} waits: {paused.Why}");
        var here = all.Count(s => s.Phase != ShardPhase.Away);
        if (here < expected)
            return CheckResult.Bad($"{here} of {expected} acquired");
        return all.Any(s => s.Phase == ShardPhase.CatchingUp)
            ? CheckResult.Bad($"catching up: {all.Sum(s => Math.Max(0, s.End - s.Applied))} records behind")
            : CheckResult.Good($"{expected} running");
    }

    /// <param name="end">How far the log of a shard of a topic goes now.</param>
    public static void AddMeters(Meter meter, TimeProvider clock, Func<string, int, long> end, params (string Topic, ShardBoard Board)[] boards)
    {
        meter.CreateObservableGauge("tocsin_shard_lag_records", () => Each((t, s) => s.Phase == ShardPhase.Away ? 0 : Math.Max(0, end(t, s.Shard) - s.Applied)), null, "Records in the log whose effects are not committed yet.");
        meter.CreateObservableGauge("tocsin_shard_lag_seconds", () => Each((_, s) => s.WaitsSinceMs == 0 ? 0 : Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds() - s.WaitsSinceMs) / 1000.0), null, "How long the record that is applied next has been in the log.");
        meter.CreateObservableGauge("tocsin_shard_state", () => Each((_, s) => (int)s.Phase), null, "0 away, 1 catching up, 2 running, 3 paused.");
        meter.CreateObservableGauge("tocsin_shard_epoch", () => Each((_, s) => s.Epoch), null, "Epoch under which the shard writes.");

        IEnumerable<Measurement<T>> Each<T>(Func<string, ShardView, T> of) where T : struct => boards.SelectMany(b =>
            b.Board.All.Select(s => new Measurement<T>(of(b.Topic, s), new("shard", s.Shard), new KeyValuePair<string, object?>("topic", b.Topic))));
    }
}
