using System.Text.RegularExpressions;
using Tocsin.Ingest.Backfill;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Identity;
using Tocsin.Ingest.Sources;
using Tocsin.Shared;

namespace Tocsin.Ingest.Sites;

/// <summary>Asks a Prometheus what it has of a site: about a dozen questions, one after another, none repeated.</summary>
/// <param name="match">More PromQL matchers without braces; empty = none.</param>
/// <param name="limit">For each question.</param>
public sealed class PrometheusProbe(Uri url, HttpAccess access, IdentityOptions identity, string match, TimeSpan limit, TimeProvider clock)
{
    public const string NodeExporter = "node_exporter", GpuExporter = "dcgm-exporter", InfiniBand = "node_exporter's InfiniBand";

    /// <summary>Seconds.</summary>
    public const double NodeClockLimit = 2;

    /// <summary>Nodes whose series are looked at one by one.</summary>
    private const int Samples = 3;

    private static readonly (string Exporter, string Selector)[] Markers =
    [
        (NodeExporter, "node_cpu_seconds_total{mode=\"idle\",cpu=\"0\"§}"),
        (GpuExporter, "DCGM_FI_DEV_GPU_TEMP{§}"),
        (InfiniBand, "node_infiniband_port_data_received_bytes_total{§}"),
    ];

    private readonly NodeRules _rules = new(identity);
    private readonly List<string> _troubles = [];

    /// <summary>The first question without an answer ends it; later ones are told as troubles.</summary>
    public async Task<PrometheusFacts> AskAsync(CancellationToken stop)
    {
        var facts = new PrometheusFacts { Url = url };
        try
        {
            using var ask = new PrometheusQuestions(url, access, limit, clock);
            facts = await ClockAsync(ask, facts, stop);
            facts = facts with { Targets = [.. (await ask.InstantAsync($"up{{{match}}}", stop)).Select(Target)] };
            var exporters = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
            foreach (var (exporter, selector) in Markers)
                exporters.Add(exporter, (await ask.InstantAsync(Marker(selector), stop)).Select(s => NodeOf(s.Series)).Where(n => n.Length > 0).ToHashSet(StringComparer.Ordinal));
            facts = facts with { Exporters = exporters };
            facts = facts with { Paces = await TryAsync(() => new ScrapePaces(ask, match).AskAsync(facts, stop)) };
            facts = facts with { History = await TryAsync(async () => (double?)await HistoryAsync(ask, stop)) };
            facts = facts with { NodeClocks = await TryAsync(() => NodeClocksAsync(ask, stop)) };
            facts = facts with { Sampled = await TryAsync(() => SampleAsync(ask, facts, stop)) ?? [] };
            // Thanos, Mimir and VictoriaMetrics do not have these two: that is no trouble.
            facts = facts with { RemoteWrites = await OwnAsync(async () => RemoteWritesOf((await ask.DataAsync("status/config", stop)).GetProperty("yaml").GetString() ?? "")) };
            facts = facts with { Alertmanagers = await OwnAsync(() => AlertmanagersAsync(ask, stop)) };
            return facts with { Troubles = _troubles };
        }
        catch (TocsinException e)
        {
            return facts with { Failure = e.Message, Troubles = _troubles };
        }
    }

    /// <summary>The addresses under <c>remote_write</c> in the text of Prometheus' own configuration.</summary>
    internal static IReadOnlyList<string> RemoteWritesOf(string yaml)
    {
        var found = new List<string>();
        var inside = false;
        foreach (var line in yaml.Split('\n'))
        {
            if (line.Length > 0 && char.IsAsciiLetter(line[0]))
                inside = line.StartsWith("remote_write:", StringComparison.Ordinal);
            else if (inside && Regex.Match(line, @"^(?:- |  )url: (\S+)", RegexOptions.NonBacktracking) is { Success: true } url)
                found.Add(url.Groups[1].Value.Trim('"', '\''));
        }
        return found;
    }

    private async Task<PrometheusFacts> ClockAsync(PrometheusQuestions ask, PrometheusFacts facts, CancellationToken stop)
    {
        // Once to open the connection; the second answer comes at once, so that its time is known to within the way there and back.
        await ask.InstantAsync("vector(1)", stop);
        var before = clock.GetUtcNow();
        var told = await ask.InstantAsync("vector(time())", stop);
        var after = clock.GetUtcNow();
        if (told is not [{ Points: [var point, ..] }])
            throw new DependencyException($"{url} does not tell its time: check that prometheus.url is a Prometheus");
        var way = (after - before).TotalSeconds / 2;
        return facts with { ClockOffset = point.Value - before.ToUnixTimeMilliseconds() / 1000.0 - way, ClockDoubt = way };
    }

    private string Marker(string selector)
    {
        var also = match.Length == 0 ? "" : selector.Contains("{§", StringComparison.Ordinal) ? match : "," + match;
        var labels = identity.Rules.Select(r => r.Label).Concat(identity.NodeLabels).Distinct(StringComparer.Ordinal);
        return $"count by ({string.Join(',', labels)}) ({selector.Replace("§", also, StringComparison.Ordinal)})";
    }

    /// <summary>First coarsely over a month, then finely over half a day where there is no more.</summary>
    private async Task<double> HistoryAsync(PrometheusQuestions ask, CancellationToken stop)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var oldest = 0L;
        foreach (var (reach, step) in ((int, int)[])[(30 * 86_400, 21_600), (43_200, 120)])
        {
            var points = (await ask.RangeAsync($"count(node_cpu_seconds_total{{mode=\"idle\",cpu=\"0\"{(match.Length > 0 ? "," + match : "")}}})", now - reach * 1000L, now, step, stop)).SelectMany(s => s.Points).ToList();
            if (points.Count > 0)
                oldest = oldest == 0 ? points.Min(p => p.TimeMs) : Math.Min(oldest, points.Min(p => p.TimeMs));
            if (oldest > 0 && now - oldest >= 43_200_000)
                break;
        }
        return oldest == 0 ? 0 : (now - oldest) / 1000.0;
    }

    private async Task<IReadOnlyDictionary<string, double>> NodeClocksAsync(PrometheusQuestions ask, CancellationToken stop)
    {
        var clocks = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var selector = $"node_time_seconds{{{match}}}";
        foreach (var series in await ask.InstantAsync($"abs({selector} - timestamp({selector})) > {NodeClockLimit:0.#}", stop))
        {
            if (NodeOf(series.Series) is { Length: > 0 } node && series.Points.Count > 0)
                clocks[node] = series.Points[^1].Value;
        }
        return clocks;
    }

    private async Task<IReadOnlyList<SampledNode>> SampleAsync(PrometheusQuestions ask, PrometheusFacts facts, CancellationToken stop)
    {
        var ordered = facts.Nodes.Order(StringComparer.Ordinal).ToList();
        var nodes = new[] { ordered.FirstOrDefault(), facts.Exporters[GpuExporter].Order(StringComparer.Ordinal).FirstOrDefault(), ordered.LastOrDefault() };
        var mapping = new SeriesIdentity(identity);
        var sampled = new List<SampledNode>();
        foreach (var node in nodes.OfType<string>().Distinct(StringComparer.Ordinal).Take(Samples))
        {
            var instances = facts.Targets.Where(t => t.Node == node).Select(t => t.Instance).Distinct(StringComparer.Ordinal).ToList();
            if (instances.Count == 0)
                continue;
            var of = string.Join('|', instances.Select(NodeSurvey.Literal));
            var series = await ask.InstantAsync($"{{instance=~\"{of}\"{(match.Length > 0 ? "," + match : "")}}}", stop);
            var taken = series.Select(s => mapping.Map(s.Series, out var owned) is null ? owned.Series : null)
                .OfType<Shared.Flow.SeriesId>().Where(Catalogue.Default.Uses).ToList();
            var unknown = taken.Where(s => !Catalogue.Default.Knows(s)).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
            sampled.Add(new SampledNode(node, series.Count, taken.Count, taken.Select(s => s.Name).Distinct(StringComparer.Ordinal).Count() - unknown.Count, [.. unknown.Order(StringComparer.Ordinal)]));
        }
        return sampled;
    }

    private static async Task<IReadOnlyList<string>> AlertmanagersAsync(PrometheusQuestions ask, CancellationToken stop)
    {
        var told = (await ask.DataAsync("alertmanagers", stop)).GetProperty("activeAlertmanagers");
        return [.. told.EnumerateArray().Select(a => Regex.Replace(a.GetProperty("url").GetString() ?? "", @"api/v[12]/alerts$", "")).Where(u => u.Length > 0)];
    }

    private async Task<T?> TryAsync<T>(Func<Task<T>> question)
    {
        try
        {
            return await question();
        }
        catch (DependencyException e)
        {
            _troubles.Add(e.Message);
            return default;
        }
    }

    private static async Task<IReadOnlyList<string>?> OwnAsync(Func<Task<IReadOnlyList<string>>> question)
    {
        try
        {
            return await question();
        }
        catch (Exception e) when (e is DependencyException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private TargetSeen Target(QuerySeries up) =>
        new(NodeOf(up.Series), up.Series.Label("instance") ?? "", up.Series.Label("job") ?? "", up.Points is [.., { Value: 1 }]);

    private string NodeOf(Shared.Flow.SeriesId series) => _rules.Name(series.Label, out var node, out _) is null ? node : "";
}
