using System.Globalization;
using System.Text;

namespace Tocsin.Actors.Simulation.Acting;

// What it answers, column by column as it is asked.
public sealed partial class SimulatedSlurm
{
    private static string Told(Node node) => string.Create(CultureInfo.InvariantCulture,
        $"ReservationName={node.Reservation} StartTime={node.ReservedS} EndTime={node.ReservedToS} Duration=00:01:00 Nodes={node.Name} NodeCnt=1 Flags={(node.Maintenance ? "MAINT," : "")}IGNORE_JOBS,SPEC_NODES Users=root Groups=(null) State=ACTIVE\n");

    private string NodeField(Node node, string field) => field switch
    {
        "CPUsState" => Taken(node) is var taken ? $"{taken}/{node.Cores - taken}/0/{node.Cores}" : "",
        "Memory" => node.MemoryMb.ToString(CultureInfo.InvariantCulture),
        "AllocMem" => On(node).Sum(j => j.MemoryMb).ToString(CultureInfo.InvariantCulture),
        "NodeList" => node.Name,
        "Partition" => Partition,
        "StateComplete" => StateOf(node),
        "UserLong" => node.User.Length == 0 ? "Unknown" : $"{node.User}(0)",
        "Timestamp" => node.Reason.Length == 0 ? "Unknown" : node.ReasonS.ToString(CultureInfo.InvariantCulture),
        _ => node.Reason.Length == 0 ? "none" : node.Reason,
    };

    private string StateOf(Node node)
    {
        var busy = node.State == "IDLE" && Taken(node) is > 0 and var taken ? (taken < node.Cores ? "MIXED" : "ALLOCATED") : node.State;
        return (busy + (node.Drained ? "+DRAIN" : "") + (IsReserved(node) ? "+RESERVED" : "")).ToLowerInvariant();
    }

    private IEnumerable<Job> On(Node node) => Jobs.Values.Where(j => j.Running && j.IsOn(node.Name));

    private int Taken(Node node) => Math.Min(node.Cores, node.TakenCores + On(node).Sum(j => j.Cores));

    private static string JobField(Job job, string field) => field switch
    {
        "JobArrayID" or "JobID" => job.Id,
        "UserID" => job.Uid.ToString(CultureInfo.InvariantCulture),
        "SubmitTime" => job.SubmitS.ToString(CultureInfo.InvariantCulture),
        "StartTime" => (job.StartS == 0 ? job.SubmitS : job.StartS).ToString(CultureInfo.InvariantCulture),
        "RestartCnt" => job.Restarts.ToString(CultureInfo.InvariantCulture),
        "Requeue" => job.Requeue ? "1" : "0",
        "OverSubscribe" => "OK",
        "tres-alloc" => job.Node.Split(',').Length is var n ? string.Create(CultureInfo.InvariantCulture, $"cpu={n * job.Cores},mem={n * job.MemoryMb}M,node={n},billing={n * job.Cores}") : "",
        "State" => job.Running ? "RUNNING" : "PENDING",
        "Partition" => Partition,
        _ => job.Comment,
    };

    private static bool Named(IReadOnlyList<string> arguments, string key, string name) =>
        arguments.FirstOrDefault(a => a.StartsWith(key, StringComparison.Ordinal)) is not { } one || one[key.Length..] == name;

    private static string Lines<T>(IReadOnlyList<string> arguments, IReadOnlyList<T> rows, Func<T, string, string> field)
    {
        var columns = arguments.First(a => a.StartsWith("--Format=", StringComparison.Ordinal))["--Format=".Length..].Split(',').Select(c => c.Split(':')).ToList();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                var width = int.Parse(column[1], CultureInfo.InvariantCulture);
                var value = field(row, column[0]);
                text.Append(value.Length > width ? value[..width] : value.PadRight(width));
            }
            text.Append('\n');
        }
        return text.ToString();
    }
}
