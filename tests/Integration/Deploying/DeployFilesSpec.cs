using System.Text.Json;
using System.Text.RegularExpressions;
using Tocsin.Integration.Serve;
using Xunit.Abstractions;

namespace Tocsin.Integration.Deploying;

/// <summary>What lies in <c>deploy</c> for Prometheus and Grafana fits the daemon that is built here.</summary>
public sealed partial class DeployFilesSpec(ITestOutputHelper output) : IDisposable
{
    private const string Promtool = "/usr/bin/promtool";

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-deploy-").FullName;

    private static string Rules => Repository.File("deploy", "prometheus", "tocsin.rules.yml");

    private static string Dashboard => Repository.File("deploy", "grafana", "tocsin.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Promtool_takes_the_rules_and_they_fire_when_Tocsin_is_dead_behind_or_blind()
    {
        if (!SystemPart.IsThere(Promtool, "prometheus", output))
            return;
        File.Copy(Rules, Path.Combine(_folder, "tocsin.rules.yml"));
        var test = Path.Combine(_folder, "test.yml");
        File.Copy(Repository.File("tests", "Integration", "Deploying", "tocsin.rules.test.yml"), test);
        foreach (var words in (string[][])[["check", "rules", Rules], ["test", "rules", test]])
        {
            var result = await TocsinProcess.RunAsync(Promtool, words, TimeSpan.FromMinutes(2));
            output.WriteLine(result.Output + result.Error);
            Assert.Equal(0, result.ExitCode);
        }
    }

    [Fact]
    public async Task Promtool_takes_every_question_of_the_dashboard()
    {
        if (!SystemPart.IsThere(Promtool, "prometheus", output))
            return;
        var questions = Questions();
        Assert.NotEmpty(questions);
        var file = Path.Combine(_folder, "dashboard.yml");
        await File.WriteAllTextAsync(file, "groups:\n- name: g\n  rules:\n" + string.Concat(questions.Select((q, i) =>
            $"  - {{record: 'r{i}', expr: {JsonSerializer.Serialize(q.Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal))}}}\n")));
        var result = await TocsinProcess.RunAsync(Promtool, ["check", "rules", file], TimeSpan.FromMinutes(2));
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    [Fact]
    public async Task Every_metric_that_they_name_is_one_of_the_daemons()
    {
        await using var serve = await ServeProcess.StartAsync("slurm: {folder: /nowhere, accounting: {enabled: true}, nodes: {enabled: true}}");
        var (_, metrics) = await serve.GetAsync("/metrics");
        var told = TypeLine().Matches(metrics).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.Ordinal);
        var named = MetricName().Matches(string.Concat(Questions().Append(string.Join('\n', Expr().Matches(await File.ReadAllTextAsync(Rules)).Select(m => m.Value))).Select(q => q + "\n")))
            .Select(m => m.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        Assert.True(named.Count > 20, $"{named.Count} metrics are named");
        Assert.All(named, name => Assert.True(told.ContainsKey(name) || name.EndsWith("_bucket", StringComparison.Ordinal) && told.GetValueOrDefault(name[..^"_bucket".Length]) == "histogram", $"no metric {name}"));
    }

    private static IReadOnlyList<string> Questions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Dashboard));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!)];
    }

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"\b(?:tocsin|dotnet)_[a-z_]+\b")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"^ +expr: .*$", RegexOptions.Multiline)]
    private static partial Regex Expr();
}
