using Tocsin.Ingest.Identity;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared;

namespace Tocsin.Daemon.Config;

/// <summary>The <c>identity</c> section: from labels to nodes.</summary>
internal static class IdentitySection
{
    private const string LabelName = "a label's name: letters, digits and '_'";

    public static IdentityOptions Read(ConfigReader r, string cluster)
    {
        var usual = new IdentityOptions { Cluster = cluster };
        var options = usual with
        {
            ClusterLabels = r.Texts("cluster_labels", usual.ClusterLabels, LabelName, IsLabel, 100),
            Rules = r.List("rules", NodeRules.MaxRules, rule => new IdentityRule(
                rule.Required("label", "instance", LabelName, IsLabel),
                rule.Required("pattern", "(cn[0-9]+).*", "a regular expression that fits the whole value, without look-around and back references"),
                rule.Text("node", "$1", "the node's name, with $1 for the first group")!)),
            NodeLabels = r.Texts("node_labels", usual.NodeLabels, LabelName, IsLabel, 100),
            StripDomain = r.Flag("strip_domain", usual.StripDomain),
            OnlyNodes = r.Text("only_nodes", usual.OnlyNodes, "a regular expression that fits a node's whole name"),
            ReplicaLabels = r.Texts("replica_labels", usual.ReplicaLabels, LabelName, IsLabel, 100),
            ReplicaSilence = r.Duration("replica_silence", usual.ReplicaSilence, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            JobLabels = r.Texts("job_labels", usual.JobLabels, LabelName, IsLabel, 100),
            KeepJobSeries = r.Flag("keep_job_series", usual.KeepJobSeries),
            StripLabels = r.Texts("strip_labels", usual.StripLabels, LabelName, IsLabel, 100),
            DropNames = r.Texts("drop_names", usual.DropNames, "a metric's name, * for any run of characters", null, 1000),
        };
        try
        {
            _ = new SeriesIdentity(options);
        }
        catch (BadDataException e)
        {
            // A pattern that is none: only the compiler of patterns knows.
            r.Problem("rules", OneLine.Of(e.Message, 300));
        }
        return options;
    }

    private static bool IsLabel(string text) => !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}

/// <summary>The <c>remote_write</c> section. Null: not taken.</summary>
internal static class RemoteWriteSection
{
    public static RemoteWriteLimits? Read(ConfigReader r, int nodes)
    {
        var usual = new RemoteWriteLimits();
        var enabled = r.Flag("enabled", true);
        var limits = usual with
        {
            Body = (int)r.Bytes("max_body", usual.Body, 1 << 10, 256 << 20),
            Unpacked = (int)r.Bytes("max_unpacked", usual.Unpacked, 1 << 10, 1 << 30),
            Samples = r.Whole("max_samples", usual.Samples, 1, 10_000_000, "samples a request"),
            Series = r.Whole("max_series", usual.Series, 1000, 100_000_000, "series"),
            DistinctSeries = r.Whole("max_distinct_series", usual.DistinctSeries, 100, 10_000_000, "series"),
            Nodes = nodes,
            Forget = r.Duration("forget", usual.Forget, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)),
            Ahead = r.Duration("ahead", usual.Ahead, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            Age = r.Duration("age", usual.Age, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)),
            Concurrent = r.Whole("concurrent", usual.Concurrent, 1, 10_000, "requests"),
            Wait = r.Duration("wait", usual.Wait, TimeSpan.Zero, TimeSpan.FromMinutes(1)),
        };
        if (limits.Unpacked < limits.Body)
            r.Problem("max_unpacked", $"{ByteSize.Text(limits.Unpacked)}, less than remote_write.max_body ({ByteSize.Text(limits.Body)}): expected at least that");
        return enabled ? limits : null;
    }
}
