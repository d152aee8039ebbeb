using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Slurm.Nodes;

/// <summary>A reservation of nodes. Times are unix milliseconds, the end exclusive.</summary>
/// <param name="Maintenance">It has the flag MAINT: its nodes are worked on.</param>
public sealed record Reservation(string Name, long StartMs, long EndMs, IReadOnlySet<string> Nodes, bool Maintenance);

/// <summary>Reads <c>scontrol show reservation --oneliner</c>.</summary>
public static class Reservations
{
    public const int Max = 10_000;

    public static IReadOnlyList<Reservation> Parse(string text, Rejections rejected)
    {
        var found = new List<Reservation>();
        foreach (var part in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(part).TrimEnd();
            if (line.IsEmpty || line.StartsWith("No reservations in the system"))
                continue;
            var nodes = SlurmRecord.Word(line, "Nodes");
            // A reservation of licences alone has no nodes.
            if (nodes is "(null)" or "")
                continue;
            if (!line.StartsWith("ReservationName=")
                || SlurmRecord.Time(SlurmRecord.Word(line, "StartTime")) is not { } start
                || SlurmRecord.Time(SlurmRecord.Word(line, "EndTime")) is not { } end
                || Hostlist.Expand(nodes.ToString(), out var names) is not null)
                rejected.Add("scontrol: no reservation in a line", OneLine.Of(line));
            else if (found.Count < Max)
                found.Add(new Reservation(
                    HostileText.Cut(SlurmRecord.Word(line, "ReservationName").ToString(), NodeState.MaxText), start, end,
                    names.ToHashSet(StringComparer.Ordinal), HasFlag(SlurmRecord.Word(line, "Flags"), "MAINT")));
        }
        return found;
    }

    /// <summary>The states, with the maintenance that the reservations say is on: slurmctld marks its nodes only some time after its start.</summary>
    public static IReadOnlyList<NodeState> Apply(IReadOnlyList<NodeState> states, IReadOnlyList<Reservation> reservations)
    {
        var maintained = reservations.Where(r => r.Maintenance).ToArray();
        return maintained.Length == 0
            ? states
            : states.Select(s => maintained.Any(r => r.StartMs <= s.AsOfMs && s.AsOfMs < r.EndMs && r.Nodes.Contains(s.Node.Name))
                ? s with { Conditions = s.Conditions | NodeConditions.Maintenance }
                : s).ToArray();
    }

    private static bool HasFlag(ReadOnlySpan<char> flags, string flag)
    {
        foreach (var part in flags.Split(','))
        {
            if (flags[part].SequenceEqual(flag))
                return true;
        }
        return false;
    }
}
