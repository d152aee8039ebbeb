using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Nodes;

/// <summary>Slurm's words for a node's state: <c>IDLE+DRAIN</c>, <c>DOWN*+DRAIN</c>, <c>IDLE~</c>.</summary>
public static class NodeWords
{
    /// <param name="words">As <c>scontrol show node</c> writes them; marks after a word are those of <c>sinfo</c> and of versions before 21.08.</param>
    public static NodeConditions Parse(ReadOnlySpan<char> words)
    {
        var conditions = NodeConditions.None;
        foreach (var part in words.Split('+'))
        {
            var word = words[part];
            for (; word.Length > 0 && Mark(word[^1]) is { } mark; word = word[..^1])
                conditions |= mark;
            conditions |= Word(word);
        }
        // A node that is off, or boots, is called down meanwhile; that is no failure.
        if ((conditions & (NodeConditions.PoweredDown | NodeConditions.Rebooting)) != 0)
            conditions &= ~NodeConditions.Down;
        return conditions;
    }

    private static NodeConditions Word(ReadOnlySpan<char> word) => word switch
    {
        "DOWN" or "ERROR" => NodeConditions.Down,
        "DRAIN" or "DRAINED" or "DRAINING" or "FAIL" or "FAILING" or "INVALID_REG" or "INVAL" => NodeConditions.Drained,
        "MAINT" or "MAINTENANCE" => NodeConditions.Maintenance,
        // A reboot that was only asked for waits for the node's jobs: they go on.
        "REBOOT" or "REBOOT_ISSUED" => NodeConditions.Rebooting,
        "NOT_RESPONDING" or "NO_RESPOND" => NodeConditions.NotResponding,
        "FUTURE" or "UNKNOWN" => NodeConditions.Absent,
        _ when word.StartsWith("POWER", StringComparison.Ordinal) => NodeConditions.PoweredDown,
        _ => NodeConditions.None,
    };

    private static NodeConditions? Mark(char mark) => mark switch
    {
        '*' => NodeConditions.NotResponding,
        '~' or '#' or '%' or '!' => NodeConditions.PoweredDown,
        '$' => NodeConditions.Maintenance,
        '^' => NodeConditions.Rebooting,
        '@' or '-' => NodeConditions.None,
        _ => null,
    };
}
