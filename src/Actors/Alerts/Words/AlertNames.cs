using Tocsin.Actors.Alerts.Book;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Words;

internal static class AlertNames
{
    private const string SharedFault = "TocsinSharedFault";

    /// <summary>A fault of the whole site: nothing is done about single nodes while it is open.</summary>
    public static bool IsOfSite(AlertLabels labels) => labels is { AlertName: SharedFault, Switch: null };

    public static AlertLabels Labels(string cluster, Group group)
    {
        var first = group.Members[0];
        var (scope, cls) = (group.Key.Scope, group.Key.Class);
        return new AlertLabels(
            Name(cls, scope),
            cluster,
            Node: scope == CauseScope.Node && cls != FindingClass.Away ? first.Node.Name : null,
            Job: scope == CauseScope.Job ? OneLine.Of(group.Job!.Value.JobId, 64) : null,
            Switch: scope == CauseScope.Switch ? OneLine.Of(group.Key.Name, 64) : null,
            Source: cls == FindingClass.Away ? first.Node.Name : null,
            group.Kind);
    }

    private static string Name(FindingClass cls, CauseScope scope) => (cls, scope) switch
    {
        (FindingClass.Away, _) => "TocsinSourceAway",
        (FindingClass.Fault, CauseScope.Node) => "TocsinNodeFault",
        (FindingClass.Fault, CauseScope.Job) => "TocsinJobFault",
        (FindingClass.Fault, _) => SharedFault,
        (FindingClass.Silence, CauseScope.Node) => "TocsinNodeSilent",
        (FindingClass.Silence, CauseScope.Job) => "TocsinJobSilent",
        (FindingClass.Silence, _) => "TocsinSharedSilence",
        (_, CauseScope.Node) => "TocsinNodeDown",
        (_, CauseScope.Job) => "TocsinJobDown",
        _ => "TocsinSharedDown",
    };
}
