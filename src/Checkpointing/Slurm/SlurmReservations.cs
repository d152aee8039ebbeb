using System.Globalization;
using Tocsin.Checkpointing.Actions;

namespace Tocsin.Checkpointing.Slurm;

/// <summary>The fences among Slurm's reservations. sinfo does not tell of them: its RESERVED names none, and comes up to a minute late (seen with 22.05).</summary>
public static class SlurmReservations
{
    /// <summary>Of scontrol.</summary>
    public static readonly IReadOnlyList<string> Question = ["--oneliner", "show", "reservation"];

    /// <summary>Arguments of scontrol: it begins at once.</summary>
    /// <param name="flags">As Slurm writes them, by commas.</param>
    internal static string[] Create(ActionId of, string user, string node, long minutes, string flags) =>
        ["create", "reservation", $"ReservationName={of.Reservation}", $"Users={user}", $"Nodes={node}", "StartTime=now", $"Duration={minutes}", $"Flags={flags}"];

    /// <summary>By node. What is not exactly written as we write it is no fence: another name, several nodes, MAINT, not active.</summary>
    public static IReadOnlyDictionary<string, SlurmFence> Fences(string output)
    {
        var fences = new Dictionary<string, SlurmFence>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            if (!line.StartsWith($"ReservationName={ActionId.ReservationPrefix}", StringComparison.Ordinal))
                continue;
            var words = SlurmColumns.Words(line);
            string Of(string key) => words.GetValueOrDefault(key, "");
            var (node, flags) = (Of("Nodes"), Of("Flags").Split(','));
            if (node.Length > 0 && !node.Contains('[') && !node.Contains(',') && Of("State") == "ACTIVE" && flags.Contains("IGNORE_JOBS") && !flags.Contains("MAINT")
                && long.TryParse(Of("ReservationName")[ActionId.ReservationPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && SlurmColumns.Seconds(Of("StartTime"), out var start) && SlurmColumns.Seconds(Of("EndTime"), out var end))
                fences[node] = new SlurmFence(new ActionId(id), Of("Users"), start, end);
        }
        return fences;
    }
}
