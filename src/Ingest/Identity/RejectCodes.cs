namespace Tocsin.Ingest.Identity;

/// <summary>Reasons as small numbers, for tables and arrays.</summary>
internal static class RejectCodes
{
    public static readonly string[] All =
    [
        RejectReasons.NoNode, RejectReasons.NodeName, RejectReasons.NotWatched, RejectReasons.ClusterName, RejectReasons.TooManyNodes, RejectReasons.TooManySeries,
        RejectReasons.JobSeries, RejectReasons.AboutScraper, RejectReasons.OtherReplica, RejectReasons.NoName, RejectReasons.MetricName, RejectReasons.LabelName,
        RejectReasons.LabelOrder, RejectReasons.LabelTwice, RejectReasons.LabelText, RejectReasons.LabelSyntax, RejectReasons.LabelValue, RejectReasons.TooManyLabels, RejectReasons.Early, RejectReasons.Late,
    ];

    /// <exception cref="InvalidOperationException">A reason that is not in the table: a bug.</exception>
    public static int IndexOf(string reason)
    {
        var index = Array.IndexOf(All, reason);
        return index >= 0 ? index : throw new InvalidOperationException($"'{reason}' is none of the reasons");
    }
}
