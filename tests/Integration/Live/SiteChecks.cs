using System.Globalization;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Tocsin.Integration.Live;

/// <summary>What the daemon has stored and counted, against what Slurm and Prometheus say.</summary>
internal sealed class SiteChecks(LiveSite site, ITestOutputHelper output)
{
    /// <summary>Both ways: each run has its segments, each boundary of a segment is the start or the end of a run.</summary>
    public async Task SegmentsEqualAsync()
    {
        var truth = await SlurmTruth.RunsAsync(site.Slurm);
        var stored = (await site.ListAsync("/api/v1/segments?limit=1000", "segments")).ToLookup(s => s["node"]!.GetValue<string>());
        var (boundaries, apart) = (0, TimeSpan.Zero);
        foreach (var (node, runs) in truth)
        {
            var expected = SlurmTruth.Segments(runs);
            var said = stored[node].ToArray();
            var story = $"{node}\nsacct:  {string.Join("\n        ", expected.Select(Line))}\nstored: {string.Join("\n        ", said.Select(s => s.ToJsonString()))}";
            Assert.True(expected.Count == said.Length, story);
            for (var i = 0; i < said.Length; i++)
            {
                var jobs = said[i]["jobs"]!.AsArray();
                Assert.True(expected[i].Runs.Select(r => r.JobId).SequenceEqual(jobs.Select(j => j!["job_id"]!.GetValue<string>())), story);
                foreach (var (run, job) in expected[i].Runs.Zip(jobs))
                    Near(Unix(run.Start), job!["start"]);
                Near(Unix(expected[i].Start), expected[i].Start is null ? null : said[i]["start"]);
                Near(Unix(expected[i].End), said[i]["end"]);
            }

            void Near(DateTimeOffset? right, JsonNode? ours)
            {
                Assert.True(right is null == ours is null, story);
                if (right is null)
                    return;
                boundaries++;
                var off = (Time(ours!) - right.Value).Duration();
                apart = off > apart ? off : apart;
                Assert.True(off <= LiveSite.Cadence, story);
            }
        }
        output.WriteLine($"{boundaries} boundaries of {stored.Sum(s => s.Count())} segments, at most {apart.TotalSeconds} s apart");
        Assert.True(boundaries > 30);
    }

    /// <summary>Nothing else stands in the table: what a hook said with a start in another second is no run of its own.</summary>
    public async Task RunsEqualAsync()
    {
        var theirs = (await SlurmTruth.RunsAsync(site.Slurm)).SelectMany(n => n.Value).Distinct().Select(r => $"{r.JobId} {r.Start}-{r.End}");
        var ours = (await site.ListAsync("/api/v1/jobs?limit=1000", "jobs"))
            .Where(j => j["start"]!.ToString() != j["end"]?.ToString())
            .Select(j => $"{j["job_id"]} {Time(j["start"]!).ToUnixTimeSeconds()}-{(j["end"] is { } end ? Time(end).ToUnixTimeSeconds() : null)}");
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
        output.WriteLine($"{theirs.Count()} runs");
    }

    public async Task SamplesAddUpAsync()
    {
        await site.Prometheus.ScrapeNothingAsync();
        // At rest: nothing waits, and nothing new went out for two seconds.
        var (before, same) = (-1.0, 0);
        await Waiting.ForAsync(async () =>
        {
            var sent = await site.Prometheus.ReadAsync("prometheus_remote_storage_samples_total");
            same = sent == before && await site.Prometheus.ReadAsync("prometheus_remote_storage_samples_pending") == 0 && await site.MetricAsync("tocsin_samples_sent_total") == sent ? same + 1 : 0;
            before = sent;
            await Task.Delay(100);
            return same >= 20;
        }, $"Prometheus to have sent what it has; {site.Prometheus.Said}");
        var accepted = await site.MetricAsync("tocsin_samples_accepted_total");
        var rejected = await site.MetricAsync("tocsin_samples_rejected_total");
        output.WriteLine($"Prometheus sent {before}: {accepted} accepted, {rejected} rejected");
        foreach (var line in (await site.Daemon.GetAsync("/metrics")).Body.Split('\n').Where(l => l.StartsWith("tocsin_samples_rejected_total{", StringComparison.Ordinal)))
            output.WriteLine(line);
        Assert.Equal(before, accepted + rejected);
        Assert.True(accepted > 10_000);
        foreach (var lost in (string[])["failed", "dropped", "retried"])
            Assert.Equal(0, await site.Prometheus.ReadAsync($"prometheus_remote_storage_samples_{lost}_total"));
    }

    private static string Line(TrueSegment s) => $"{s.Start}-{s.End} {string.Join('+', s.Runs.Select(r => r.JobId))}";

    private static DateTimeOffset? Unix(long? seconds) => seconds is { } s ? DateTimeOffset.FromUnixTimeSeconds(s) : null;

    public static DateTimeOffset Time(JsonNode iso) => DateTimeOffset.Parse(iso.GetValue<string>(), CultureInfo.InvariantCulture);
}
