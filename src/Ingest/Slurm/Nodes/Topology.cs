using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Nodes;

/// <summary>Which leaf switch each node hangs on, from <c>scontrol show topology --oneliner</c>.</summary>
/// <remarks>A cluster without <c>TopologyPlugin=topology/tree</c> has none, and says so in words that hold no switch.</remarks>
public static class Topology
{
    private const int MaxSwitch = 64;

    /// <returns>By node name; of two leaves the first. Empty where there is no topology.</returns>
    public static IReadOnlyDictionary<string, string> Parse(string text, Rejections rejected)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(part).TrimEnd();
            // Switches of switches have other levels, and list all nodes below them.
            if (!line.StartsWith("SwitchName=") || SlurmRecord.Word(line, "Level") is not "0")
                continue;
            var name = SlurmRecord.Word(line, "SwitchName");
            if (name.Length is 0 or > MaxSwitch || Hostlist.Expand(SlurmRecord.Word(line, "Nodes").ToString(), out var nodes) is not null)
            {
                rejected.Add("scontrol: a switch that cannot be read", OneLine.Of(line));
                continue;
            }
            foreach (var node in nodes)
            {
                if (found.Count < NodeText.MaxNodes)
                    found.TryAdd(node, OneLine.Of(name));
            }
        }
        return found;
    }

    public static IReadOnlyList<NodeState> Apply(IReadOnlyList<NodeState> states, IReadOnlyDictionary<string, string> switches) =>
        switches.Count == 0 ? states : [.. states.Select(s => switches.TryGetValue(s.Node.Name, out var at) ? s with { Switch = at } : s)];
}
