using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Alerts.Book;

/// <summary>Where trouble sits, from how many show it. Numbers and why: <see cref="AlertOptions"/>.</summary>
public static class CauseRules
{
    /// <param name="showing">Of <paramref name="watched"/> nodes of one job; at least 1.</param>
    /// <param name="before">What the job's alert says so far; anything but Job where there is none. A job is left later than it is entered.</param>
    public static AlertCause OfJob(int showing, int watched, AlertCause before, AlertOptions options)
    {
        if (watched < 2)
            return AlertCause.Unknown;
        var share = (double)showing / watched;
        if (showing >= 2 && share >= (before == AlertCause.Job ? options.JobShareLeave : options.JobShare))
            return AlertCause.Job;
        return AreSeparate(showing, watched, options) ? AlertCause.Node : AlertCause.Unknown;
    }

    /// <summary>So few that each has its own: no more than half, and no more than <see cref="AlertOptions.SeparateNodes"/>.</summary>
    public static bool AreSeparate(int showing, int watched, AlertOptions options) =>
        showing <= 1 || showing <= Math.Min(options.SeparateNodes, watched / 2);

    /// <summary>A lone node. Whether it or its only job is to blame, a score cannot tell; a rule or its peers can.</summary>
    internal static AlertCause OfNode(Showing node, int watchedOfJob)
    {
        var certain = node.Job is null || watchedOfJob >= 2 || node.Rows.Any(r => r.Finding.Source != FindingSource.Model);
        return certain ? AlertCause.Node : AlertCause.Unknown;
    }

    /// <summary>Parts that nodes have in common by nature.</summary>
    public static bool IsSharedPart(FaultKind kind) => kind is
        FaultKind.Filesystem or FaultKind.Network or FaultKind.Fabric or FaultKind.Thermal or FaultKind.Power or FaultKind.Unreachable;

    /// <summary>The kind that most nodes speak of; Unknown where the most is under half.</summary>
    internal static FaultKind KindOf(IReadOnlyList<Showing> members)
    {
        Span<int> votes = stackalloc int[(int)FaultKind.Service + 1];
        votes.Clear();
        foreach (var member in members)
            votes[(int)member.Kind]++;
        var best = 0;
        for (var kind = 1; kind < votes.Length; kind++)
        {
            if (votes[kind] > votes[best] || best == 0 && votes[kind] > 0)
                best = kind;
        }
        return 2 * votes[best] >= members.Count ? (FaultKind)best : FaultKind.Unknown;
    }
}
