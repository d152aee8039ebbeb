using Tocsin.Inference.Faults;

namespace Tocsin.Actors.Faults.Intervals;

/// <summary>Collects edges, at most one of a kind and direction.</summary>
public sealed class GroupEdges
{
    /// <summary>Neighbours on each side in the ring of a large group.</summary>
    private const int Reach = 2;

    private readonly Dictionary<(int From, int To, EdgeKind Kind), float> _edges = [];

    /// <summary>All pairs of a small group; of a large one a ring in which each has two neighbours on either side. All pairs of a filesystem's thousand nodes
    /// would be half a million edges, of which the model's bound would leave out nearly all, by chance; the ring gives each node four, always the same.</summary>
    /// <param name="members">Sorted, without repetition.</param>
    public void Group(EdgeKind kind, IReadOnlyList<int> members)
    {
        var reach = members.Count <= (2 * Reach) + 1 ? members.Count / 2 : Reach;
        for (var i = 0; i < members.Count; i++)
        {
            for (var step = 1; step <= reach; step++)
            {
                var (a, b) = (members[i], members[(i + step) % members.Count]);
                // Half way round an even ring both ends would name the same pair.
                if (a != b && !(2 * step == members.Count && i >= step))
                    Add(kind, Math.Min(a, b), Math.Max(a, b));
            }
        }
    }

    public void Add(EdgeKind kind, int from, int to)
    {
        if (from != to)
            _edges[(from, to, kind)] = _edges.GetValueOrDefault((from, to, kind)) + 1;
    }

    /// <summary>In an order that depends on them alone.</summary>
    public HostEdge[] ToArray() =>
        [.. _edges.OrderBy(e => e.Key.Kind).ThenBy(e => e.Key.From).ThenBy(e => e.Key.To).Select(e => new HostEdge(e.Key.From, e.Key.To, e.Key.Kind, e.Value))];
}
