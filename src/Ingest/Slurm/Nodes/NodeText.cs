using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Nodes;

/// <summary>Reads <c>scontrol show node --oneliner</c>, whose form is the same in every version (<c>sinfo --json</c>'s changed in 23.02).</summary>
public static class NodeText
{
    public const int MaxNodes = 100_000;

    /// <param name="text">With <c>SLURM_TIME_FORMAT=%s</c>.</param>
    public static IReadOnlyList<NodeState> Parse(string text, string cluster, long asOfMs, Rejections rejected)
    {
        var states = new List<NodeState>();
        var told = new HashSet<NodeKey>();
        foreach (var part in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(part).TrimEnd();
            if (line.IsEmpty || line.StartsWith("No nodes in the system"))
                continue;
            var words = SlurmRecord.Word(line, "State");
            if (!line.StartsWith("NodeName=") || words.IsEmpty || !NodeKey.TryParse(cluster, SlurmRecord.Word(line, "NodeName").ToString(), out var node))
                rejected.Add("scontrol: no node in a line", OneLine.Of(line));
            else if (!told.Add(node))
                rejected.Add("scontrol: a node stands twice", node.Name);
            else if (states.Count == MaxNodes)
                rejected.Add("scontrol: more nodes than can be watched", node.Name);
            else
                states.Add(State(node, words, line, asOfMs));
        }
        return states;
    }

    private static NodeState State(NodeKey node, ReadOnlySpan<char> words, ReadOnlySpan<char> line, long asOfMs) => new()
    {
        Node = node,
        AsOfMs = asOfMs,
        Conditions = NodeWords.Parse(words),
        Words = Cut(words),
        Reason = Cut(Reason(line)),
        BootMs = SlurmRecord.Time(SlurmRecord.Word(line, "BootTime")),
        SlurmdStartMs = SlurmRecord.Time(SlurmRecord.Word(line, "SlurmdStartTime")),
        Kernel = Cut(SlurmRecord.Until(line, "OS", "RealMemory")),
    };

    /// <summary>Without who gave it and when.</summary>
    private static ReadOnlySpan<char> Reason(ReadOnlySpan<char> line)
    {
        var reason = SlurmRecord.Until(line, "Reason", "Comment");
        var by = reason.LastIndexOf(" [");
        return by >= 0 && reason[by..].Contains('@') ? reason[..by] : reason;
    }

    private static string Cut(ReadOnlySpan<char> text) => HostileText.Cut(text.ToString(), NodeState.MaxText);
}
