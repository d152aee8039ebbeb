using System.Globalization;
using System.Text.RegularExpressions;
using Tocsin.Ingest.Identity;
using Tocsin.Shared.Flow;

namespace Tocsin.Ingest.Backfill;

/// <summary>Asks a server which nodes it has, and what they are like.</summary>
internal sealed class NodeSurvey(QueryClient client, BackfillOptions options)
{
    private readonly NodeRules _rules = new(options.Identity);

    public async Task<IReadOnlyList<(string Type, IReadOnlyList<BackfillNode> Nodes, int Series)>> RunAsync(CancellationToken stop)
    {
        // As things were at the end: what is gone by then is not there to be watched either.
        var at = options.UntilMs - options.StepMs;
        var cores = Values(await client.InstantAsync($"count by (instance) (node_cpu_seconds_total{{{Also("mode=\"idle\"")}}})", at, stop), "instance");
        var memory = Values(await client.InstantAsync($"node_memory_MemTotal_bytes{{{options.Matchers}}}", at, stop), "instance");
        var gpus = await client.InstantAsync($"count by (instance, Hostname) (DCGM_FI_DEV_GPU_TEMP{{{options.Matchers}}})", at, stop);
        var instances = (await client.LabelValuesAsync("instance", $"up{{{options.Matchers}}}", stop)).Concat(cores.Keys).Distinct(StringComparer.Ordinal).ToLookup(NodeOf, StringComparer.Ordinal);

        var byType = new SortedDictionary<string, List<BackfillNode>>(StringComparer.Ordinal);
        foreach (var node in cores.GroupBy(c => NodeOf(c.Key), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            if (node.Key.Length == 0)
                continue;
            var own = instances[node.Key].Order(StringComparer.Ordinal).ToArray();
            var matchers = new List<string> { OneOf("instance", own) };
            var cards = gpus.Where(g => NodeOf(g.Series) == node.Key).ToArray();
            // Exporters in containers have addresses of their own and name the node in another label.
            var elsewhere = cards.Where(g => !own.Contains(g.Series.Label("instance"), StringComparer.Ordinal)).Select(g => g.Series.Label("Hostname")!).Distinct(StringComparer.Ordinal).ToArray();
            if (elsewhere.Length > 0)
                matchers.Add($"{OneOf("Hostname", elsewhere)},instance!~\"{string.Join('|', own.Select(Literal))}\"");
            var bytes = own.Select(i => memory.GetValueOrDefault(i)).Max();
            var type = TypeOf((int)node.Max(c => c.Value), bytes, (int)cards.Sum(g => g.Points[^1].Value));
            if (!byType.TryGetValue(type, out var nodes))
                byType.Add(type, nodes = []);
            nodes.Add(new BackfillNode(node.Key, matchers.Select(And).ToArray(), type));
        }
        var types = new List<(string, IReadOnlyList<BackfillNode>, int)>();
        foreach (var (type, nodes) in byType)
        {
            var series = 0.0;
            foreach (var matchers in nodes[0].Matchers)
                series += (await client.InstantAsync($"count({{{matchers}}})", at, stop)).Select(s => s.Points[^1].Value).FirstOrDefault();
            types.Add((type, nodes, (int)Math.Clamp(series, 1, 1_000_000)));
        }
        return types;
    }

    /// <summary>Memory to two digits: machines of one kind differ by what their firmware keeps.</summary>
    private static string TypeOf(int cores, double bytes, int gpus)
    {
        var gib = bytes / (1L << 30);
        var unit = gib < 1 ? 1 : Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(gib)) - 1));
        return string.Create(CultureInfo.InvariantCulture, $"{cores} cores, {Math.Round(gib / unit) * unit:0} GiB{(gpus > 0 ? $", {gpus} GPUs" : "")}");
    }

    private static Dictionary<string, double> Values(List<QuerySeries> answer, string label)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var series in answer)
        {
            if (series.Series.Label(label) is { Length: > 0 } value && series.Points.Count > 0)
                values[value] = Math.Max(values.GetValueOrDefault(value), series.Points[^1].Value);
        }
        return values;
    }

    private string NodeOf(string instance) => _rules.Name(l => l == "instance" ? instance : null, out var node, out _) is null ? node : "";

    private string NodeOf(SeriesId series) => _rules.Name(series.Label, out var node, out _) is null ? node : "";

    /// <summary>With the matchers that every series must fit, and without what exporters say about themselves.</summary>
    private string And(string matchers)
    {
        var dropped = options.Identity.DropNames.Select(g => Regex.Escape(g).Replace("\\*", ".*", StringComparison.Ordinal));
        return $"{Also(matchers)},__name__!~\"{string.Join('|', dropped).Replace("\\", "\\\\", StringComparison.Ordinal)}\"";
    }

    private string Also(string matchers) => options.Matchers.Length > 0 ? $"{matchers},{options.Matchers}" : matchers;

    private static string OneOf(string label, IEnumerable<string> values) => $"{label}=~\"{string.Join('|', values.Select(Literal))}\"";

    /// <summary>A value as a regular expression within quotes of PromQL.</summary>
    internal static string Literal(string value) =>
        Regex.Replace(value, @"[\\.+*?()|\[\]{}^$]", @"\$0").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
