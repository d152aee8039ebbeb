using System.Globalization;
using System.Text;

namespace Tocsin.Daemon.Setup;

/// <summary>A first <c>tocsin.yaml</c>: what was found, each with where it comes from, and what was not found as a line that is off.</summary>
internal static class StartFile
{
    /// <summary>Pure; what is found stands in single quotes, whatever it is.</summary>
    /// <param name="token">The file with Prometheus' bearer token; null = none.</param>
    public static string Write(SiteFindings found, string? token = null)
    {
        var text = new StringBuilder();
        text.Append("# Written by tocsin init. Every other key keeps its default; deploy/tocsin.yaml lists and explains them all.\n");
        text.Append("# Next: tocsin check --config THIS_FILE\n\n");
        text.Append(found.KnowsCluster ? "# As Slurm calls it.\n" : "# The machine room's name, the first half of each node's key: set it.\n").Append($"cluster: {Quoted(found.Cluster)}\n\n");
        text.Append("# Log, state and libraries; on a local disk.\n").Append($"data: {Quoted(found.Data)}\n\n");
        text.Append(found.Cadence is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"# What Prometheus scrapes the nodes at.\ncadence: {Span(seconds)}\n\n")
            : "# Must be what the nodes are scraped at.\ncadence: 15s\n\n");
        text.Append("# Loopback: the page is reached through ssh -L. Beyond it TLS and tokens must be set.\n");
        text.Append(CultureInfo.InvariantCulture, $"listen:\n  address: 127.0.0.1:{found.Port}\n\n");
        Prometheus(text, found, token);
        Names(text, found);
        Slurm(text, found);
        Sinks(text, found);
        text.Append("# What tocsin train wrote. Without it nodes are compared within their jobs, rules hold, and patterns are learned while running.\n#library: /etc/tocsin/site.library\n");
        return text.ToString();
    }

    private static void Prometheus(StringBuilder text, SiteFindings found, string? token)
    {
        text.Append("# Asked by tocsin check alone. Samples come from it once prometheus.yml has:\n");
        text.Append(CultureInfo.InvariantCulture, $"#   remote_write: [{{url: 'http://127.0.0.1:{found.Port}/api/v1/write'}}]\n");
        text.Append(found.Prometheus is { } prometheus ? $"prometheus:\n  url: {Quoted(prometheus.Url.ToString())}\n{(token is null ? "" : $"  token_file: {Quoted(Path.GetFullPath(token))}\n")}\n" : "prometheus:\n  #url: http://127.0.0.1:9090\n\n");
    }

    private static void Names(StringBuilder text, SiteFindings found)
    {
        if (found.NameRule is { } rule)
            text.Append($"# Prometheus calls some nodes otherwise than Slurm does.\nidentity:\n  {rule}\n\n");
    }

    private static void Slurm(StringBuilder text, SiteFindings found)
    {
        text.Append(found switch
        {
            { Slurm: null } => "# No scontrol that answers was found: jobs come from the hooks of deploy/slurm, or set these to true.\n",
            { SeesJobs: true } => "# One sacct each 30 s and two scontrol a minute.\n",
            _ => "# sacct does not tell this user of others' jobs (PrivateData): make it an Operator, or install the hooks of deploy/slurm.\n",
        });
        text.Append($"slurm:\n  accounting:\n    enabled: {(found.SeesJobs ? "true" : "false")}\n  nodes:\n    enabled: {(found.Slurm is null ? "false" : "true")}\n\n");
    }

    private static void Sinks(StringBuilder text, SiteFindings found)
    {
        if (found.Prometheus?.Alertmanagers is { Count: > 0 } known)
        {
            text.Append("# Those that Prometheus sends its own alerts to.\nsinks:\n  alertmanagers:\n");
            for (var i = 0; i < known.Count; i++)
                text.Append($"  - url: {Quoted(known[i])}\n    name: alertmanager{(i == 0 ? "" : (i + 1).ToString(CultureInfo.InvariantCulture))}\n");
            text.Append('\n');
        }
        else
            text.Append("sinks:\n  #alertmanagers:\n  #- url: http://127.0.0.1:9093/\n\n");
    }

    private static string Span(double seconds) => FormattableString.Invariant(seconds == Math.Floor(seconds) ? (FormattableString)$"{seconds:0}s" : $"{seconds * 1000:0}ms");

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
