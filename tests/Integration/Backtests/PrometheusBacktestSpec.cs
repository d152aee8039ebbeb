using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tocsin.Integration.Live;
using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Backtests;

/// <summary><c>tocsin backtest --prometheus</c> before a real Prometheus and a real Slurm, against what was planted there.</summary>
[Collection(SlurmTests.Name)]
public sealed class PrometheusBacktestSpec(ITestOutputHelper output)
{
    /// <summary>Seconds of the recording: learning ends; the last job begins, in it disk_io and then switch_storm; all ends.</summary>
    private const int Split = 2660, LastJob = 3942, LastFaults = 3960, End = 4046;

    /// <summary>Of the whole recording; and the calm part of it again and again, until something happens to the node as it happened at the recording's end.</summary>
    private static readonly PlantedTape Busy = new("n001", (0, End)), Dying = new("n002", (0, Split), (280, 1170), (1210, 1602), (LastJob, End));

    [Fact]
    public async Task It_says_what_one_would_have_had_of_two_hours_that_Prometheus_and_Slurm_hold()
    {
        if (SlurmCluster.IsLeftOut(output) || !SystemPart.IsThere(PrometheusServer.Program, "prometheus", output))
            return;
        var clock = Stopwatch.StartNew();
        await using var site = await PlantedSite.StartAsync(3);
        Assert.Equal(Busy.Seconds, Dying.Seconds);
        await site.KillAsync("n002", Busy.Seconds, after: 4);
        output.WriteLine($"{clock.Elapsed.TotalSeconds:0} s: Slurm has lost n002");

        foreach (var tape in (PlantedTape[])[Busy, Dying])
        {
            foreach (var (name, start, end) in tape.Spans(PlantedTape.Table("jobs.psv", "JobName")))
                site.Job(name, tape.Node, start, end);
        }
        // What an operator noticed: a fault a minute after its start, one before the split, one of a node that Prometheus does not know, and one that no metric shows.
        var storm = Busy.At(PlantedTape.Table("faults.psv", "Fault").Last(f => f.Name == "fork_storm").Start).Single();
        var calm = (Split * PlantedTape.Stretch) + 1900;
        site.Drained("n001", storm + 60, storm + 200, "runaway forks");
        site.Drained("n001", 600, 700, "before the split");
        site.Drained("n003", calm, calm + 100, "not in Prometheus");
        site.Drained("n002", calm, calm + 100, "a loose cable");
        // A node died under a job and came back before Slurm noted it of the node.
        var failed = (Split * PlantedTape.Stretch) + 1300;
        site.Job("short", "n002", failed - 2, failed, state: 7);
        await site.PlantRowsAsync();
        // Seven minutes without a word, of which Prometheus fills five with the last value.
        var silent = (Split * PlantedTape.Stretch) + 500;
        var samples = await site.PlantSamplesAsync([Busy, Dying], (node, second) => node == "n002" && second >= silent && second < silent + 420);
        output.WriteLine($"{clock.Elapsed.TotalSeconds:0} s: {samples} samples in Prometheus, {site.Jobs} jobs in Slurm");

        var (figures, told, error) = await BacktestAsync(site);
        output.WriteLine($"{clock.Elapsed.TotalSeconds:0} s: the backtest is over");
        Assert.Contains($"{site.Jobs} runs of jobs from sacct", error);
        Assert.False(Directory.Exists(Path.Combine(site.Folder, "out", "history")));

        // What was watched.
        var hours = figures.GetProperty("watched_hours").GetDouble();
        Assert.Equal((Busy.Seconds - (Split * PlantedTape.Stretch)) / 3600.0, hours, 0.01);
        Assert.Equal(2 * hours, figures.GetProperty("node_hours").GetDouble(), 1e-9);
        var rest = figures.GetProperty("not_judged").EnumerateArray().ToDictionary(w => w.GetProperty("why").GetString()!, w => w.GetProperty("share").GetDouble());
        var judged = figures.GetProperty("judged").GetDouble();
        Assert.Equal(1, judged + rest.Values.Sum(), 0.02);
        Assert.InRange(judged, 0.4, 0.99);
        Assert.Equal(120 / (2 * hours * 3600), rest["no data"], 0.006);

        // How many alerts, and how sure.
        var table = await File.ReadAllLinesAsync(Path.Combine(site.Folder, "out", "alerts.csv"));
        var alerts = figures.GetProperty("alerts").GetInt32();
        Assert.InRange(alerts, 2, 100);
        Assert.Equal(alerts, table.Length - 1);
        Assert.Equal(alerts / hours * 24, figures.GetProperty("alerts_per_day").GetDouble(), 1e-6);
        Assert.Equal(0.05, AtMost(alerts, figures.GetProperty("alerts_per_day_at_most").GetDouble() * hours / 24), 1e-4);
        var falses = figures.GetProperty("false_alerts").GetInt32();
        Assert.Equal(0.05, AtMost(falses, figures.GetProperty("false_per_node_day_at_most").GetDouble() * 2 * hours / 24), 1e-4);

        // What Slurm knows, and what was said before it knew.
        var outcomes = figures.GetProperty("outcomes").EnumerateArray().ToDictionary(o => $"{o.GetProperty("nodes")[0].GetString()} {o.GetProperty("what").GetString()}");
        foreach (var (what, o) in outcomes)
            output.WriteLine($"{what}: {o}");
        Assert.Equal(4, outcomes.Count);
        var dead = outcomes["n002 DOWN*: Not responding"];
        Assert.Equal(site.Down, Unix(dead));
        var fault = Dying.At(LastFaults).Last() + site.Start;
        Assert.InRange(dead.GetProperty("lead_s").GetDouble(), 10, site.Down - fault + PlantedTape.Stretch);
        var drained = outcomes["n001 DRAIN: runaway forks"];
        Assert.Equal(site.Start + (long)(storm + 60), Unix(drained));
        Assert.True(drained.GetProperty("lead_s").GetDouble() > 0);
        var died = Assert.Single(outcomes, o => o.Key.StartsWith("n002 NODE_FAIL: job 9", StringComparison.Ordinal)).Value;
        Assert.Equal(site.Start + failed, Unix(died));
        // Of these two no metric showed anything.
        Assert.All([died, outcomes["n002 DRAIN: a loose cable"]], o => Assert.Equal(JsonValueKind.Null, o.GetProperty("alert").ValueKind));
        Assert.Equal(2, figures.GetProperty("found").GetInt32());
        Assert.InRange(figures.GetProperty("by_chance").GetDouble(), 0.01, 4);
        Assert.Equal("1 known incident is of a node that is not in this history, and left out.", Assert.Single(figures.GetProperty("notes").EnumerateArray()).GetString());

        // The same for people.
        Assert.Contains($"Alerts: {alerts}, ", told);
        Assert.Contains("Known incidents: 4; ", told);
        Assert.Contains("n002: DOWN*: Not responding", told);
        var page = await File.ReadAllTextAsync(Path.Combine(site.Folder, "out", "report.html"));
        Assert.Contains("DOWN*: Not responding", page);
        Assert.Equal(alerts, page.Split("<tr><td>").Length - 1 - outcomes.Count);
        Assert.Contains("<svg", page);
    }

    private async Task<(JsonElement Figures, string Told, string Error)> BacktestAsync(PlantedSite site)
    {
        var (json, start) = (Path.Combine(site.Folder, "figures.json"), site.Start);
        string Text(long seconds) => seconds.ToString(CultureInfo.InvariantCulture);
        var result = await TocsinProcess.RunAsync("backtest", "--prometheus", site.Prometheus.ToString(), "--config", await site.ConfigAsync(),
            "--from", Text(start), "--until", Text(start + Busy.Seconds), "--split", Text(start + (Split * PlantedTape.Stretch)), "--pause", "0s", "--lead", "5m",
            "--epochs", "3", "--seed", "7", "--out", Path.Combine(site.Folder, "out"), "--json", json);
        output.WriteLine(result.Error);
        output.WriteLine(result.Output);
        Assert.True(result.ExitCode == 0, result.Error);
        return (JsonDocument.Parse(await File.ReadAllTextAsync(json)).RootElement, result.Output, result.Error);
    }

    private static long Unix(JsonElement outcome) => DateTimeOffset.Parse(outcome.GetProperty("start").GetString()!, CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    /// <summary>P(at most so many) under a Poisson law's mean, summed as it is defined.</summary>
    private static double AtMost(int count, double mean)
    {
        double term = Math.Exp(-mean), sum = term;
        for (var k = 1; k <= count; k++)
            sum += term *= mean / k;
        return sum;
    }
}
