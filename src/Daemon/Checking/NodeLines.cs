using Tocsin.Ingest.Sites;
using Tocsin.Ingest.Slurm;

namespace Tocsin.Daemon.Checking;

/// <summary>Slurm's nodes held against Prometheus' instances, and the exporters on each kind of node.</summary>
internal static class NodeLines
{
    private const string About = "nodes", Exporters = "exporters";

    /// <summary>Characters of a list of hosts in one line.</summary>
    private const int MaxList = 200;

    public static IEnumerable<CheckLine> Of(CheckFacts facts)
    {
        if (!facts.KnowsPrometheus)
            yield break;
        var prometheus = facts.Prometheus!;
        if (prometheus.Nodes.Count == 0)
        {
            yield return CheckLine.Error(About, $"no node_exporter among {Targets(prometheus.Targets.Count)} of {prometheus.Url}",
                prometheus.Targets.Count == 0 ? "check prometheus.match, and that Prometheus scrapes the nodes" : "check identity.node_labels and identity.only_nodes: the labels of node_cpu_seconds_total must name a node");
            yield break;
        }
        if (facts.KnowsSlurm)
        {
            foreach (var line in Matched(facts, prometheus, facts.Slurm!.Nodes))
                yield return line;
        }
        else
        {
            yield return CheckLine.Ok(About, $"{Nodes(prometheus.Nodes.Count)} with node_exporter: {List(prometheus.Nodes)}");
        }
        foreach (var line in Kinds(facts, prometheus))
            yield return line;
    }

    private static IEnumerable<CheckLine> Matched(CheckFacts facts, PrometheusFacts prometheus, IReadOnlyList<SlurmNode> slurm)
    {
        var names = slurm.Select(n => n.Name).ToHashSet(StringComparer.Ordinal);
        var seen = prometheus.Targets.Select(t => t.Node).Concat(prometheus.Nodes).ToHashSet(StringComparer.Ordinal);
        var missing = slurm.Where(n => !seen.Contains(n.Name)).ToList();
        var strangers = prometheus.Nodes.Where(n => !names.Contains(n)).Order(StringComparer.Ordinal).ToList();
        var text = $"{Count(slurm.Count - missing.Count)} of {Count(slurm.Count)} Slurm nodes are in Prometheus";
        if (missing.Count == 0)
            yield return CheckLine.Ok(About, text);
        else
        {
            text += $"; unmatched: {List(missing.Select(n => n.Name))}";
            if (missing.All(n => n.Away))
                yield return CheckLine.Ok(About, text + " (down, drained or powered down in Slurm)");
            else if (NameRule.Guess(missing.Select(n => n.Name), strangers) is { } rule)
                yield return new CheckLine(missing.Count == slurm.Count ? CheckLevel.Error : CheckLevel.Warning, About, text, $"Prometheus calls them otherwise ({List(strangers)}): {rule}");
            else
                yield return new CheckLine(missing.Count == slurm.Count ? CheckLevel.Error : CheckLevel.Warning, About, text,
                    "scrape them, or map their names with identity.rules; what is not matched is not watched");
        }
        if (strangers.Count > 0 && facts.Options.Identity.OnlyNodes is null)
            yield return CheckLine.Warning(About, $"{Count(strangers.Count)} in Prometheus that Slurm does not know: {List(strangers)}", "they would be watched as nodes without jobs: keep them out with identity.only_nodes, or map their names with identity.rules");
        var silent = prometheus.Targets.Where(t => !t.Up && names.Contains(t.Node)).ToList();
        if (silent.Count > 0)
            yield return CheckLine.Warning(About, $"{Targets(silent.Count)} {(silent.Count == 1 ? "does" : "do")} not answer Prometheus: {List(silent.Select(t => t.Node).Distinct(StringComparer.Ordinal))}", "look at up == 0 in Prometheus");
    }

    /// <summary>An exporter that some nodes of a kind have and others not, and GPUs that nobody watches.</summary>
    private static IEnumerable<CheckLine> Kinds(CheckFacts facts, PrometheusFacts prometheus)
    {
        // Nodes that Prometheus does not have at all were told before.
        var seen = prometheus.Targets.Select(t => t.Node).Concat(prometheus.Nodes).ToHashSet(StringComparer.Ordinal);
        var nodes = facts.KnowsSlurm ? facts.Slurm!.Nodes.Where(n => !n.Away && seen.Contains(n.Name)).ToList() : [.. prometheus.Nodes.Select(n => new SlurmNode(n, "all nodes", 0, false))];
        foreach (var kind in nodes.GroupBy(n => n.Type).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var (lacking, has) = (new List<string>(), new List<string>());
            foreach (var (exporter, theirs) in prometheus.Exporters.OrderBy(e => e.Key, StringComparer.Ordinal))
            {
                var without = kind.Where(n => !theirs.Contains(n.Name)).Select(n => n.Name).ToList();
                var wanted = exporter != PrometheusProbe.GpuExporter || kind.First().Gpus > 0;
                if (without.Count < kind.Count())
                    has.Add($"{exporter} on {Count(kind.Count() - without.Count)}");
                if (without.Count > 0 && wanted && (without.Count < kind.Count() || exporter == PrometheusProbe.NodeExporter || kind.First().Gpus > 0 && exporter == PrometheusProbe.GpuExporter))
                    lacking.Add($"no {exporter} on {List(without)}");
            }
            var text = $"{kind.Key} ({Nodes(kind.Count())}): {(has.Count > 0 ? string.Join(", ", has) : "no exporter")}";
            yield return lacking.Count == 0
                ? CheckLine.Ok(Exporters, text)
                : CheckLine.Warning(Exporters, $"{text}; {string.Join("; ", lacking)}", "install it there, or add it to Prometheus' targets: what is not scraped is masked, and its faults are not seen");
        }
    }

    internal static string List(IEnumerable<string> names)
    {
        var list = Hostlist.CompressSorted(names);
        return list.Length <= MaxList ? list : list[..list.LastIndexOf(',', MaxList)] + ", ...";
    }

    internal static string Nodes(long number) => Count(number) + (number == 1 ? " node" : " nodes");

    internal static string Targets(long number) => Count(number) + (number == 1 ? " target" : " targets");

    internal static string Count(long number) => number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
