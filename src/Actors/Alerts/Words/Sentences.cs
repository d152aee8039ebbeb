using System.Text;
using Tocsin.Actors.Alerts.Book;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Words;

/// <summary>What an operator decides by: who shows it, who does not, and the numbers in raw units.</summary>
internal sealed class Sentences(TimeZoneInfo zone, long nowMs)
{
    public const int MaxEvidence = 1000;

    private const int Names = 5;
    private const int Metrics = 3;
    private const int Sayings = 3;

    /// <summary>The first sentence, without its full stop.</summary>
    public string Summary(Group group)
    {
        var first = group.Members[0];
        var node = OneLine.Of(first.Node.Name, 64);
        return (group.Key.Class, group.Key.Scope) switch
        {
            (FindingClass.Away, _) => $"source {node}: no data from any of its nodes, so nothing is known of them",
            (FindingClass.Silence, CauseScope.Node) => $"{node}: no data, while other nodes of its source go on",
            (FindingClass.Down, CauseScope.Node) => $"{node}: down, says the scheduler",
            (FindingClass.Fault, CauseScope.Node) when group.Cause == AlertCause.Node => $"{node}: node fault likely{Kind(group.Kind)}",
            (FindingClass.Fault, CauseScope.Node) => $"{node}: fault of the node or of its job{Kind(group.Kind)}",
            (_, CauseScope.Job) => $"job {OneLine.Of(group.Job!.Value.JobId, 64)}: {group.Members.Count} of {group.OutOf} nodes {Show(group)}{CauseOf(group)}",
            (_, CauseScope.Switch) => $"switch {OneLine.Of(group.Key.Name, 64)}: {group.Members.Count} of its {group.OutOf} nodes {Show(group)}",
            (FindingClass.Fault, _) when group.Key.Name == SharedCauses.Mass => $"cluster {OneLine.Of(first.Node.Cluster, 64)}: {group.Members.Count} of {group.OutOf} nodes {Show(group)} that began within minutes, too many for chance, so something shared",
            _ => $"cluster {OneLine.Of(first.Node.Cluster, 64)}: {group.Members.Count} of {group.OutOf} nodes {Show(group)}, so something shared",
        };
    }

    public string Evidence(Group group, long sinceMs)
    {
        var text = new StringBuilder(Summary(group)).Append(". ");
        text[0] = group.Key.Scope == CauseScope.Node ? text[0] : char.ToUpperInvariant(text[0]);
        var worst = group.Members.MaxBy(m => m.Rows.Max(r => SeverityRule.Ratio(r.Finding)))!;
        if (group.Key.Class != FindingClass.Away)
            text.Append(group.Key.Scope == CauseScope.Node ? Others(group, worst) : Who(group));
        var numbers = Numbers(worst, group.Key.Scope != CauseScope.Node);
        text.Append(numbers.Length > 0 ? $"{numbers}, since {Time(sinceMs)}." : $"Since {Time(sinceMs)}.");
        return OneLine.Of(text.Append(InCommon.Of(group)).ToString(), MaxEvidence);
    }

    /// <summary>"14:02 UTC", with the day where it is another one than now's.</summary>
    public string Time(long ms)
    {
        var (then, now) = (Local(ms), Local(nowMs));
        return then.ToString(then.Date == now.Date ? "HH:mm" : "yyyy-MM-dd HH:mm") + (zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime ? " UTC" : "");
    }

    private static string Kind(FaultKind kind) => kind == FaultKind.Unknown ? "" : $" ({kind.ToString().ToLowerInvariant()})";

    private static string Show(Group group) => group.Key.Class switch
    {
        FindingClass.Silence => "give no data",
        FindingClass.Down => "are down, says the scheduler",
        _ => $"show a fault{Kind(group.Kind)}",
    };

    private static string CauseOf(Group group) => group.Cause switch
    {
        AlertCause.Job => ", so the job or what it ran into, no single node",
        AlertCause.Unknown when group.OutOf >= 2 => ", more than chance and fewer than all",
        _ => "",
    };

    private static string JobId(Showing node) => OneLine.Of(node.Job!.Value.JobId, 64);

    private static string Others(Group group, Showing node)
    {
        if (node.Job is null)
            return "No job runs on it. ";
        var others = group.OutOf - 1;
        if (others < 1)
            return node.JobNodes > 1 ? $"Job {JobId(node)}: none of its other nodes is watched and still runs it. " : $"Job {JobId(node)} runs on this node alone. ";
        var normal = group.OutOf - group.ShowingInJob;
        var unseen = node.JobNodes > group.OutOf ? $", {node.JobNodes - group.OutOf} more not watched" : "";
        return others == 1
            ? $"Job {JobId(node)}: the other node {(normal == 1 ? "normal" : "shows it too")}{unseen}. "
            : $"Job {JobId(node)}: {(normal == others ? "the" : $"{normal} of the")} other {others} nodes normal{unseen}. ";
    }

    private static string Who(Group group)
    {
        var names = string.Join(", ", group.Members.OrderBy(m => m.SinceMs).ThenBy(m => m.Node.Name, StringComparer.Ordinal).Take(Names).Select(m => OneLine.Of(m.Node.Name, 64)));
        var more = group.Members.Count > Names ? $" and {group.Members.Count - Names} more" : "";
        var units = group.Key.Scope == CauseScope.Job ? "" : $", {group.Units} jobs and idle nodes";
        return $"First {names}{more}{units}. ";
    }

    private static string Numbers(Showing node, bool named)
    {
        var said = string.Join(" ", node.Rows.Where(r => r.Finding.Says.Length > 0).Take(Sayings).Select(r => OneLine.Of(r.Finding.Says, 300)));
        var strongest = node.Rows.FirstOrDefault(r => r.Finding.Says.Length == 0 && r.Finding.Top.Count > 0)?.Finding;
        var metrics = strongest is null ? "" : string.Join("; ", strongest.Top.Take(Metrics).Select(m => Metric(m, strongest.Source)));
        var both = said.Length > 0 && metrics.Length > 0 ? $"{said} {metrics}" : said.TrimEnd('.') + metrics;
        return both.Length > 0 && named ? $"{OneLine.Of(node.Node.Name, 64)}: {both}" : both;
    }

    private static string Metric(MetricEvidence metric, FindingSource source)
    {
        var device = metric.Device is { Length: > 0 } name ? $" of {DeviceText.Of(OneLine.Of(metric.Metric, 64), name)}" : "";
        var against = RawUnits.Against(metric.Value, metric.Expected, metric.Spread, metric.Unit, source == FindingSource.Peer ? "its peers" : "expected");
        return $"{OneLine.Of(metric.Metric, 64)}{device} {against}";
    }

    private DateTimeOffset Local(long ms) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, 0, 253_402_300_799_000)), zone);
}
