using System.Text.Json;
using System.Text.RegularExpressions;
using Tocsin.Shared;

namespace Tocsin.Ingest.Sites;

/// <summary>How often a Prometheus scrapes nodes: what it says of its targets; where it says nothing, as others with its query API do, what <c>up</c> shows.</summary>
internal sealed partial class ScrapePaces(PrometheusQuestions ask, string match)
{
    private const int WindowSeconds = 600;

    /// <exception cref="DependencyException">Neither was answered.</exception>
    public async Task<IReadOnlyList<ScrapePace>> AskAsync(PrometheusFacts facts, CancellationToken stop)
    {
        var jobs = facts.Targets.Where(t => facts.Nodes.Contains(t.Node)).Select(t => t.Job).ToHashSet(StringComparer.Ordinal);
        return await ConfiguredAsync(jobs, stop) ?? await CountedAsync(jobs, stop);
    }

    /// <summary>Prometheus' durations: <c>15s</c>, <c>1m30s</c>, <c>500ms</c>. Null where it is none.</summary>
    internal static double? Seconds(string text)
    {
        var match = Duration().Match(text);
        if (!match.Success || text.Length == 0)
            return null;
        var seconds = 0.0;
        foreach (var (group, factor) in ((string, double)[])[("d", 86_400), ("h", 3600), ("m", 60), ("s", 1), ("ms", 0.001)])
            seconds += match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) * factor : 0;
        return seconds;
    }

    private async Task<IReadOnlyList<ScrapePace>?> ConfiguredAsync(IReadOnlySet<string> jobs, CancellationToken stop)
    {
        try
        {
            var targets = (await ask.DataAsync("targets?state=active", stop)).GetProperty("activeTargets");
            var paces = targets.EnumerateArray()
                .Select(t => (Job: t.GetProperty("labels").GetProperty("job").GetString() ?? "", Every: Seconds(t.GetProperty("scrapeInterval").GetString() ?? "")))
                .Where(t => jobs.Contains(t.Job) && t.Every is > 0)
                .GroupBy(t => (t.Job, t.Every!.Value))
                .Select(g => new ScrapePace(g.Key.Job, g.Key.Value, g.Count()))
                .OrderBy(p => p.Job, StringComparer.Ordinal).ThenBy(p => p.Seconds).ToList();
            return paces.Count > 0 || jobs.Count == 0 ? paces : null;
        }
        catch (Exception e) when (e is DependencyException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Too long for a target that was not there all the time: the median of a job's targets.</summary>
    private async Task<IReadOnlyList<ScrapePace>> CountedAsync(IReadOnlySet<string> jobs, CancellationToken stop)
    {
        var up = $"count_over_time(up{{{match}}}[{WindowSeconds}s])";
        var counts = await ask.InstantAsync($"quantile by (job) (0.5, {up})", stop);
        return [.. counts.Where(c => jobs.Contains(c.Series.Label("job") ?? "") && c.Points is [.., { Value: > 0 }])
            .Select(c => new ScrapePace(c.Series.Label("job")!, Math.Round(WindowSeconds / c.Points[^1].Value), 0))];
    }

    [GeneratedRegex(@"^(?:(?<d>\d{1,6})d)?(?:(?<h>\d{1,6})h)?(?:(?<m>\d{1,6})m)?(?:(?<s>\d{1,6})s)?(?:(?<ms>\d{1,6})ms)?$")]
    private static partial Regex Duration();
}
