using Tocsin.Daemon.Config;
using Tocsin.Ingest.Sites;

namespace Tocsin.Daemon.Checking;

/// <summary>Whether samples come, how often, how long there have been any, and what they are.</summary>
internal static class PrometheusLines
{
    private const string About = "prometheus";

    /// <summary>Names in a line.</summary>
    private const int MostNames = 8;

    public static IEnumerable<CheckLine> Of(CheckFacts facts)
    {
        if (facts.Prometheus is not { } prometheus)
        {
            yield return facts.Options.Scrape is { } scrape
                ? CheckLine.Ok(About, $"none is named; Tocsin scrapes {scrape.Targets.Count} targets and {scrape.Files.Count} file_sd files itself, each {Spans.Text(scrape.Interval)}")
                : CheckLine.Warning(About, "none is named: nodes, exporters, intervals and history are not checked", "set prometheus.url");
            yield break;
        }
        if (prometheus.Failure is { } why)
        {
            var at = why.LastIndexOf(": ", StringComparison.Ordinal);
            yield return CheckLine.Error(About, at > 0 ? why[..at] : why, at > 0 ? why[(at + 2)..] : "check prometheus.url");
            yield break;
        }
        yield return CheckLine.Ok(About, $"{prometheus.Url} answers, {NodeLines.Targets(prometheus.Targets.Count)}");
        foreach (var trouble in prometheus.Troubles)
            yield return CheckLine.Warning(About, OneLine.Of(trouble, 300), "what was asked here is not checked");
        foreach (var line in Paces(facts, prometheus).Concat(Way(facts, prometheus)).Concat(History(prometheus)).Concat(Metrics(prometheus)))
            yield return line;
    }

    private static IEnumerable<CheckLine> Paces(CheckFacts facts, PrometheusFacts prometheus)
    {
        var cadence = facts.Options.Cadence.TotalSeconds;
        foreach (var pace in prometheus.Paces ?? [])
        {
            var text = $"job {OneLine.Of(pace.Job, 60)} is scraped each {pace.Seconds:0.###} s{(pace.Targets > 0 ? $" ({NodeLines.Targets(pace.Targets)})" : "")}, cadence is {cadence:0.###} s";
            if (Math.Abs(pace.Seconds - cadence) < 0.01 * cadence)
                yield return CheckLine.Ok("interval", text);
            else if (pace.Seconds > cadence)
                yield return CheckLine.Error("interval", text + ": most frames would be without its metrics", $"set cadence: {pace.Seconds:0.###}s, or this job's scrape_interval to {cadence:0.###}s");
            else
                yield return CheckLine.Warning("interval", text + ": of several samples in a frame the last one counts", $"set cadence: {pace.Seconds:0.###}s to use them all, or leave it: coarser frames cost less");
        }
    }

    /// <summary>Whether samples find their way to the daemon.</summary>
    private static IEnumerable<CheckLine> Way(CheckFacts facts, PrometheusFacts prometheus)
    {
        var http = facts.Options.Http;
        if (facts.Options.RemoteWrite is null)
        {
            yield return facts.Options.Scrape is null
                ? CheckLine.Error("samples", "remote_write.enabled is false and nothing is scraped: no sample will come", "set remote_write.enabled: true, or scrape.targets")
                : CheckLine.Ok("samples", $"scraped by Tocsin itself each {Spans.Text(facts.Options.Scrape.Interval)}");
            yield break;
        }
        if (prometheus.RemoteWrites is not { } writes)
            yield break;
        var ours = writes.Where(w => Uri.TryCreate(w, UriKind.Absolute, out var uri) && uri.AbsolutePath.EndsWith("/api/v1/write", StringComparison.Ordinal)
            && (uri.Port == http.Endpoint.Port || http.ExternalUrl is { } own && own.Host == uri.Host)).ToList();
        var to = $"{(http.ExternalUrl?.ToString() ?? $"{(http.Tls ? "https" : "http")}://{http.Endpoint}/").TrimEnd('/')}/api/v1/write";
        if (ours.Count > 0)
            yield return CheckLine.Ok("samples", $"Prometheus sends to {OneLine.Of(ours[0])}");
        else if (facts.Options.Scrape is null)
            yield return CheckLine.Warning("samples", $"Prometheus sends nothing to Tocsin's port, {http.Endpoint.Port}{(writes.Count > 0 ? $" ({writes.Count} other remote_write)" : "")}", $"add to prometheus.yml: remote_write: [{{url: '{to}'}}]");
    }

    private static IEnumerable<CheckLine> History(PrometheusFacts prometheus)
    {
        if (prometheus.History is not { } seconds)
            yield break;
        var text = seconds >= 30 * 86_400 - 21_600 ? "at least 30 days of nodes' metrics" : $"{Long(seconds)} of nodes' metrics";
        if (seconds >= 7 * 86_400)
            yield return CheckLine.Ok("history", text + ": enough to learn from (tocsin backfill, tocsin train)");
        else if (seconds >= 86_400)
            yield return CheckLine.Warning("history", text + ": jobs that run once a week are not in it", "learn from it now (tocsin backfill, tocsin train) and again in a week; new patterns are also learned while running");
        else
            yield return CheckLine.Warning("history", text + ": too short to learn from", "start all the same: peers, rules and silence work at once, and patterns are learned while running; tocsin backfill in a few days");
    }

    private static IEnumerable<CheckLine> Metrics(PrometheusFacts prometheus)
    {
        foreach (var node in prometheus.Sampled)
        {
            if (node.Known == 0)
            {
                yield return CheckLine.Error("metrics", $"{node.Node}: the catalogue knows none of its {node.Series} series", "check identity.drop_names and prometheus.match, and that this is node_exporter");
                continue;
            }
            var unknown = node.Unknown.Count == 0 ? "none without a catalogue entry"
                : $"{node.Unknown.Count} names without a catalogue entry ({string.Join(", ", node.Unknown.Take(MostNames).Select(n => OneLine.Of(n, 60)))}{(node.Unknown.Count > MostNames ? ", ..." : "")}), taken as they come";
            yield return CheckLine.Ok("metrics", $"{node.Node}: {NodeLines.Count(node.Series)} series, {NodeLines.Count(node.Taken)} of them used; {unknown}");
        }
    }

    private static string Long(double seconds) => seconds switch
    {
        >= 172_800 => $"{seconds / 86_400:0.#} days",
        >= 7200 => $"{seconds / 3600:0.#} hours",
        >= 120 => $"{seconds / 60:0} minutes",
        _ => $"{seconds:0} s",
    };
}
