namespace Tocsin.Ingest.Identity;

/// <summary>Why samples are not taken: a closed set, since each becomes the value of a label in Tocsin's own metrics.</summary>
public static class RejectReasons
{
    public const string NoNode = "no label names a node";
    public const string NodeName = "not a node's name";
    public const string NotWatched = "node is not watched";
    public const string ClusterName = "not a cluster's name";
    public const string TooManyNodes = "too many nodes";
    public const string TooManySeries = "too many series";
    public const string JobSeries = "labelled by a job";
    public const string AboutScraper = "about exporter or scraper";
    public const string OtherReplica = "replica is not elected";
    public const string NoName = "no metric name";
    public const string MetricName = "name of a metric";
    public const string LabelName = "name of a label";
    public const string LabelOrder = "labels are not sorted";
    public const string LabelTwice = "label stands twice";
    public const string LabelText = "label is not UTF-8";
    public const string LabelSyntax = "labels cannot be read";
    public const string LabelValue = "value of a label is too long";
    public const string TooManyLabels = "too many labels";
    public const string Early = "time is too far ahead";
    public const string Late = "time is too old";
    public const string Overloaded = "overloaded";
    public const string Unavailable = "log unavailable";
}
