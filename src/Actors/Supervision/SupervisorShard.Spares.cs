using System.Collections.Immutable;
using System.Globalization;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Migration;
using Tocsin.Checkpointing.States;

namespace Tocsin.Actors.Supervision;

/// <summary>How many nodes of a partition would have to be free so that one that fails finds a spare, and how many are. Tocsin holds none free: that is the scheduler's and the site's.</summary>
/// <param name="Nodes">Of the partition. A node of several partitions counts in each.</param>
/// <param name="Wanted">By <see cref="SparePool.Size"/>; no more than there are nodes.</param>
/// <param name="Free">Idle, healthy, unsuspected, and kept for no move.</param>
public sealed record PartitionSpares(string Partition, int Nodes, int Wanted, int Free);

/// <summary>The pool of spares, counted each round.</summary>
public sealed partial class SupervisorShard
{
    /// <summary>Jobs come and go by the minute: a change is said this long after the last one of the partition at the earliest.</summary>
    private const long SparesSaidMs = HourMs;

    private readonly Dictionary<string, (bool Few, long AtMs)> _sparesSaid = new(StringComparer.Ordinal);
    private ImmutableArray<PartitionSpares> _spares = [];

    private ImmutableArray<PartitionSpares> Spares(ClusterPicture picture, IReadOnlyDictionary<string, SuspicionRow> suspects, long now)
    {
        var kept = _state.Moves.Open.Select(m => m.Target.Name).ToHashSet(StringComparer.Ordinal);
        var free = picture.Nodes.Values.Where(n => n.Free && HealthOf(n.Name) == NodeHealth.Healthy && !IsSuspect(n.Name, suspects) && !kept.Contains(n.Name))
            .SelectMany(n => n.Partitions).CountBy(p => p, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var (mtbf, away) = (_state.Knowledge.Learned.NodeMtbfS, OutS(now));
        return [.. picture.PartitionNodes.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new PartitionSpares(
            p.Key, p.Value, Math.Min(p.Value, SparePool.Size(p.Value, mtbf, Math.Min(away, mtbf), _options.SpareChance)), free.GetValueOrDefault(p.Key)))];
    }

    /// <summary>Mean seconds that a failed node was down, with one belief; one that is down still counts with what it was so far, where that is longer than the mean.</summary>
    private double OutS(long now)
    {
        var (sum, count) = (_options.Priors.OutS, 1);
        foreach (var failure in _state.Failures.Where(f => f.UpMs is not null))
            (sum, count) = (sum + Math.Max(0, (failure.UpMs!.Value - failure.DownMs) / 1000.0), count + 1);
        var mean = sum / count;
        foreach (var open in _state.Failures.Where(f => f.UpMs is null && (now - f.DownMs) / 1000.0 > mean))
            (sum, count) = (sum + ((now - open.DownMs) / 1000.0), count + 1);
        return Math.Max(1, sum / count);
    }

    private void SayFewSpares(long now)
    {
        foreach (var spares in _spares)
        {
            var few = spares.Free < spares.Wanted;
            var known = _sparesSaid.TryGetValue(spares.Partition, out var last);
            if (known ? few == last.Few || now - last.AtMs is >= 0 and < SparesSaidMs : !few)
                continue;
            _sparesSaid[spares.Partition] = (few, now);
            _say(string.Create(CultureInfo.InvariantCulture,
                $"partition {Shared.OneLine.Of(spares.Partition, 80)}: {spares.Free} healthy nodes are free, {spares.Wanted} spares are wanted so that a failed one finds one with {100 * _options.SpareChance:0.##} %{(few ? "" : ": enough again")}"));
        }
        foreach (var gone in _sparesSaid.Keys.Except(_spares.Select(s => s.Partition)).ToList())
            _sparesSaid.Remove(gone);
    }
}
