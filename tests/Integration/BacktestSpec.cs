using System.Text.Json;
using Tocsin.Daemon.Commands;

namespace Tocsin.Integration;

/// <summary><c>tocsin backtest</c> on the sample, with few passes: what is held here does not depend on how good the model is.</summary>
public sealed class BacktestSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-backtest").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_says_what_one_would_have_had_as_text_page_table_and_figures_that_agree()
    {
        // What the scheduler noted of the node, at the time of an injected fault: fork_storm at 1795253200.
        File.WriteAllLines(In("events"), ["NodeName|TimeStart|TimeEnd|State|Reason", "n001|1795253212|1795253260|DOWN*|<script>alert(1)</script>"]);
        var result = await TocsinProcess.RunAsync(
            "backtest", "--data", DemoSample.Find(AppContext.BaseDirectory), "--split", "1795253095", "--epochs", "2", "--seed", "7", "--node-events", In("events"), "--out", In("out"), "--json", In("figures.json"));
        Assert.True(result.ExitCode == 0, result.Error);
        var figures = JsonDocument.Parse(File.ReadAllText(In("figures.json"))).RootElement;
        var alerts = figures.GetProperty("alerts").GetInt32();
        Assert.True(alerts > 0, result.Output);
        Assert.Equal(29, figures.GetProperty("incidents").GetInt32());
        Assert.True(figures.GetProperty("found").GetInt32() > 0);
        Assert.True(figures.GetProperty("alerts_per_day_at_most").GetDouble() > figures.GetProperty("alerts_per_day").GetDouble());
        Assert.InRange(figures.GetProperty("judged").GetDouble(), 0.3, 1);
        Assert.Contains($"Alerts: {alerts}, ", result.Output);
        Assert.Equal(alerts + 1, File.ReadLines(In("out/alerts.csv")).Count());
        var page = File.ReadAllText(In("out/report.html"));
        Assert.Contains("&lt;script&gt;", page);
        Assert.DoesNotContain("<script", page);
        Assert.Contains("<svg", page);
        Assert.True(File.Exists(In("out/backtest.library")));
    }

    [Fact]
    public async Task A_smaller_budget_gives_not_more_alerts_and_the_report_says_what_it_chose()
    {
        // A fault a minute: so near to each other, alarms of a lower threshold melt into fewer alerts that last. AlertBudgetSpec halves budgets where they do not.
        var (full, small) = (await WithBudgetAsync("20/hour"), await WithBudgetAsync("48/day"));
        Assert.InRange(small.GetProperty("alerts_by_threshold").GetInt32(), 0, full.GetProperty("alerts_by_threshold").GetInt32());
        foreach (var (figures, perDay) in ((JsonElement, double)[])[(full, 480), (small, 48)])
        {
            var budget = figures.GetProperty("budget");
            Assert.Equal(perDay, budget.GetProperty("a_day").GetDouble(), 1e-6);
            // Of 44 minutes of one node all but what is young or at a border.
            Assert.InRange(budget.GetProperty("held_out_hours").GetDouble(), 0.3, 0.75);
            Assert.Equal(perDay / 24 * budget.GetProperty("held_out_hours").GetDouble(), budget.GetProperty("allowed").GetDouble(), 1e-9);
            Assert.InRange(budget.GetProperty("seen").GetInt32(), 0, budget.GetProperty("allowed").GetDouble());
        }
        Assert.Contains("Alert budget: 48 a day for 1 node. The threshold was chosen on ", File.ReadAllText(In("out/report.html")));

        async Task<JsonElement> WithBudgetAsync(string budget)
        {
            var result = await TocsinProcess.RunAsync(
                "backtest", "--data", DemoSample.Find(AppContext.BaseDirectory), "--split", "1795253095", "--epochs", "2", "--seed", "7", "--alert-budget", budget, "--out", In("out"), "--json", In("figures.json"));
            Assert.True(result.ExitCode == 0, result.Error);
            return JsonDocument.Parse(File.ReadAllText(In("figures.json"))).RootElement;
        }
    }

    [Theory]
    [InlineData(2, "--alert-budget few")]
    [InlineData(2, "--alert-budget 0/day")]
    [InlineData(2, "--split soon")]
    [InlineData(2, "--lead 9d")]
    [InlineData(2, "--prometheus http://127.0.0.1:9")]
    [InlineData(2, "--step 5s")]
    [InlineData(2, "--from 14d")]
    [InlineData(1, "--split 1")]
    [InlineData(1, "--node-events nothing-here")]
    public async Task Wrong_words_end_in_2_and_what_cannot_be_in_1_with_one_line(int expected, string words)
    {
        var result = await TocsinProcess.RunAsync(["backtest", "--data", DemoSample.Find(AppContext.BaseDirectory), "--out", In("out"), .. words.Split(' ')]);
        Assert.Equal(expected, result.ExitCode);
        Assert.StartsWith("tocsin: ", result.Error);
    }

    private string In(string name) => Path.Combine(_folder, name);
}
