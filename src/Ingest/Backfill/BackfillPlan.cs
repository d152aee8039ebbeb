using System.Text;
using Tocsin.Shared;

namespace Tocsin.Ingest.Backfill;

/// <summary>A node that can be fetched.</summary>
/// <param name="Matchers">One question each: PromQL matchers by which the node's series are found, without braces.</param>
/// <param name="Type">What it is like: <c>64 cores, 256 GiB, 4 GPUs</c>. Nodes of one type are alike to a model.</param>
public sealed record BackfillNode(string Name, IReadOnlyList<string> Matchers, string Type);

/// <param name="Nodes">There are.</param>
/// <param name="Chosen">Are fetched.</param>
/// <param name="Series">Of one node.</param>
public sealed record BackfillType(string Type, int Nodes, IReadOnlyList<BackfillNode> Chosen, int Series);

/// <summary>What is fetched, known before it is.</summary>
/// <param name="ChunkSteps">Points of one series in one request.</param>
public sealed record BackfillPlan(IReadOnlyList<BackfillType> Types, long Points, long Requests, IReadOnlyDictionary<string, int> ChunkSteps)
{
    /// <summary>As many nodes of each type as the bound on points allows, at least one of each, types even: a rare type teaches as much as a common one.</summary>
    /// <param name="types">All nodes by type, and the series that one of them has.</param>
    /// <exception cref="BadDataException">Not even one node of each type is within the bound.</exception>
    public static BackfillPlan Make(BackfillOptions options, IReadOnlyList<(string Type, IReadOnlyList<BackfillNode> Nodes, int Series)> types)
    {
        if (types.Count == 0)
            throw new BadDataException("no node was found: expected series node_cpu_seconds_total with a label that names the node; check the address, --match and the times");
        var least = types.Sum(t => t.Series * options.Steps);
        if (least > options.MaxPoints)
            throw new BadDataException($"one node of each of {types.Count} types is {least:N0} points, more than --max-points {options.MaxPoints:N0}: take fewer days, a longer --step, or --match fewer series");
        var left = options.MaxPoints;
        var chosen = new int[types.Count];
        // One more of each type in turn, as long as it fits.
        for (var more = true; more;)
        {
            more = false;
            for (var t = 0; t < types.Count; t++)
            {
                var cost = types[t].Series * options.Steps;
                if (chosen[t] == types[t].Nodes.Count || cost > left)
                    continue;
                chosen[t]++;
                left -= cost;
                more = true;
            }
        }
        var planned = types.Select((t, i) => new BackfillType(t.Type, t.Nodes.Count, t.Nodes.OrderBy(n => Spread(n.Name)).ThenBy(n => n.Name, StringComparer.Ordinal).Take(chosen[i]).ToArray(), t.Series)).ToArray();
        var steps = planned.ToDictionary(t => t.Type, t => Chunk(options, t.Series), StringComparer.Ordinal);
        var requests = planned.Sum(t => t.Chosen.Sum(n => n.Matchers.Count * ((options.Steps + steps[t.Type] - 1) / steps[t.Type])));
        return new BackfillPlan(planned, options.MaxPoints - left, requests, steps);
    }

    private static int Chunk(BackfillOptions options, int series) =>
        (int)Math.Min(options.Steps, Math.Clamp(options.PointsPerRequest / Math.Max(1, series), 10, BackfillOptions.MostPointsPerSeries));

    /// <summary>An order that has nothing to do with racks and rows: names count through them. FNV-1a, the same in every run.</summary>
    private static ulong Spread(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ b) * 1099511628211UL;
        return (hash ^ hash >> 32) * 0xD6E8FEB86659FD93UL;
    }
}
