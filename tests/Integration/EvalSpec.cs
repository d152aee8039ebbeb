using System.Globalization;
using System.Text.Json;
using Tocsin.Inference.Evaluation;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Integration;

/// <summary><c>tocsin eval</c> as a user runs it, and against the independent evaluator beside the repository.</summary>
public sealed class EvalSpec(ITestOutputHelper output) : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-eval").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Agrees_with_the_independent_evaluator()
    {
        if (await FindEvaluator() is not { } script)
            return;
        var scores = Generate(segments: 6, frames: 400);
        var theirs = await Independent(script, Directory.GetFiles(scores).Order(StringComparer.Ordinal));
        var ours = await Figures("eval", "--scores", scores, "--margins", "0", "--paper");
        foreach (var (tag, name) in (ReadOnlySpan<(string, string)>)[("raw", "paper_raw"), ("pa", "paper_point_adjusted")])
        {
            var paper = ours.GetProperty(name);
            Same(theirs, $"ks_{tag}", "P", paper, "precision");
            Same(theirs, $"ks_{tag}", "R", paper, "recall");
            Same(theirs, $"ks_{tag}", "F1", paper, "f1");
            Same(theirs, $"auc_{tag}", "roc", paper, "auc_roc");
            Same(theirs, $"auc_{tag}", "pr", paper, "auc_pr");
        }

        // Pooled figures: the same frames as one file are one node to it.
        var pooled = Path.Combine(_folder, "pooled.csv");
        File.WriteAllLines(pooled, Directory.GetFiles(scores).Order(StringComparer.Ordinal).SelectMany((f, i) => File.ReadLines(f).Skip(i == 0 ? 0 : 1)));
        var one = await Independent(script, [pooled]);
        var own = ours.GetProperty("report").GetProperty("own");
        Same(one, "auc_raw", "roc", own, "auc_roc");
        Same(one, "auc_raw", "pr", own, "auc_pr");
        var adjusted = ours.GetProperty("report").GetProperty("adjusted");
        Same(one, "auc_pa", "roc", adjusted, "auc_roc");
        Same(one, "auc_pa", "pr", adjusted, "auc_pr");
    }

    [Fact]
    public async Task Prints_the_figures_with_chance_and_baselines_beside()
    {
        var scores = Generate(segments: 2, frames: 300);
        var result = await TocsinProcess.RunAsync("eval", "--scores", scores, "--bootstrap", "50");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        foreach (var words in (string[])["AUC-ROC (pooled, unadjusted)", "event recall", "false episodes per node-hour", "random, same share alarmed", "base_pca", "point-adjusted (flatters; for comparison with papers only)"])
            Assert.Contains(words, result.Output);
    }

    [Theory]
    [InlineData(2, "eval")]
    [InlineData(2, "eval --scores x --margins 5s")]
    [InlineData(2, "eval --scores x --grace soon")]
    [InlineData(1, "eval --scores nothing-here")]
    public async Task Wrong_words_end_in_2_and_bad_data_in_1_with_one_line(int expected, string words)
    {
        var result = await TocsinProcess.RunAsync(words.Split(' '));
        Assert.Equal(expected, result.ExitCode);
        Assert.StartsWith("tocsin: ", result.Error);
        if (expected == 1)
            Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private string Generate(int segments, int frames)
    {
        var folder = new ScoreFolder(Path.Combine(_folder, "scores"));
        var random = new Random(11);
        for (var s = 0; s < segments; s++)
        {
            var startMs = 1_795_250_000_123L + s * frames * 1000L;
            using var file = folder.Open("cn01", $"{4711 + s}", startMs, ScoreFile.BaselineColumns);
            for (var t = 0; t < frames; t++)
            {
                // Rounded on some segments, so that there are ties; the last holds no fault.
                var fault = s < segments - 1 && t % 100 is >= 70 and < 85;
                var score = (float)(-Math.Log(1 - random.NextDouble()) + (fault && random.NextDouble() < 0.1 ? 4 : 0));
                score = s % 2 == 0 ? score : MathF.Round(score, 1);
                var other = random.NextSingle();
                file.Append(new NodeScore(startMs + t * 1000L, score, 2.2f, score > 2.2f, [new MetricShare("cpu_user_share", 0.4f)]), fault ? (byte)1 : (byte)0, other, other * 2, score + other, 0);
            }
            file.Complete();
        }
        return folder.Path;
    }

    private async Task<JsonElement> Figures(params string[] words)
    {
        var json = Path.Combine(_folder, "figures.json");
        var result = await TocsinProcess.RunAsync([.. words, "--json", json]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonDocument.Parse(File.ReadAllText(json)).RootElement;
    }

    private async Task<JsonElement> Independent(string script, IEnumerable<string> files)
    {
        var json = Path.Combine(_folder, "independent.json");
        var result = await TocsinProcess.RunAsync(Python, [script, .. files, "--trim", "0", "--json", json], TimeSpan.FromMinutes(3));
        Assert.True(result.ExitCode == 0, result.Error);
        // Python writes NaN (a file without a fault has no area), which is no JSON.
        return JsonDocument.Parse(File.ReadAllText(json).Replace(": NaN", ": null")).RootElement.GetProperty("avg");
    }

    private void Same(JsonElement theirs, string group, string figure, JsonElement ours, string name)
    {
        var (expected, actual) = (theirs.GetProperty(group).GetProperty(figure).GetDouble(), ours.GetProperty(name).GetDouble());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group}.{figure} {expected} {name} {actual}"));
        Assert.Equal(expected, actual, 10);
        Assert.InRange(actual, 1e-6, 1 - 1e-6);
    }

    /// <summary>Null, said, where the evaluator is not beside the repository or Python has not what it needs; with CI set only the former is forgiven.</summary>
    private async Task<string?> FindEvaluator()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Cluster.sln")))
            root = root.Parent;
        var script = Path.GetFullPath(Path.Combine(root!.FullName, "..", "shared", "tools", "eval_protocol.py"));
        if (!File.Exists(script))
        {
            output.WriteLine("left out: shared/tools/eval_protocol.py is not beside the repository");
            return null;
        }
        var runs = File.Exists(Python) && (await TocsinProcess.RunAsync(Python, ["-c", "import numpy, pandas"], TimeSpan.FromMinutes(1))).ExitCode == 0;
        if (runs)
            return script;
        Assert.True(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), $"{Python} with numpy and pandas is needed to compare with the independent evaluator");
        output.WriteLine($"left out: {Python} with numpy and pandas is needed");
        return null;
    }
}
