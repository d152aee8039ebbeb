using System.Text.Json;
using Tocsin.Daemon.Commands;
using Tocsin.Shared;
using Tocsin.Unit.Pictures;

namespace Tocsin.Integration;

/// <summary><c>tocsin demo</c> as a new user runs it, with few passes: what is held here does not depend on how good the model is.</summary>
public sealed class DemoSpec : IDisposable
{
    private const string Passes = "2";
    private const string Seed = "7";

    private static readonly string Split = (DemoSample.SplitMs / 1000).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-demo").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Keeps_score_as_train_detect_and_eval_do_and_draws_a_picture()
    {
        var sample = DemoSample.Find(AppContext.BaseDirectory);
        var demo = await Run("demo", "--offline", "--out", In("out"), "--seed", Seed, "--epochs", Passes, "--json", In("demo.json"));
        await Run("train", "--data", sample, "--until", Split, "--seed", Seed, "--epochs", Passes, "--out", In("library"));
        await Run("detect", "--data", sample, "--from", Split, "--library", In("library"), "--scores", In("scores"));
        await Run("eval", "--scores", In("scores"), "--jobs", Path.Combine(sample, "jobs.psv"), "--events", Path.Combine(sample, "faults.psv"), "--json", In("eval.json"));

        var report = Report("eval.json");
        Assert.True(JsonElement.DeepEquals(report, Report("demo.json")));
        var own = report.GetProperty("own");
        var found = $"{own.GetProperty("found").GetDouble():0}/{own.GetProperty("events").GetInt32()}";
        Assert.Contains(Lines(demo), l => l.TrimStart().StartsWith("all ", StringComparison.Ordinal) && l.Contains(found));
        Assert.Contains(Lines(demo), l => l.TrimStart().StartsWith("Tocsin ", StringComparison.Ordinal) && l.Contains(found)
            && l.Contains(EvalTable.Text(own.GetProperty("auc_roc").GetDouble(), "0.000")) && l.Contains(EvalTable.Text(own.GetProperty("auc_pr").GetDouble(), "0.000")));

        // The story tells of every episode and of every fault that counts, once.
        Assert.Equal(report.GetProperty("episodes").GetInt32(), Lines(demo).Count(l => Word(l) == "ALARM"));
        Assert.Equal(own.GetProperty("false_episodes").GetDouble(), Lines(demo).Count(l => Word(l) == "FALSE"));
        Assert.Equal(own.GetProperty("events").GetInt32() - own.GetProperty("found").GetDouble(), Lines(demo).Count(l => Word(l) == "MISSED"));
        Assert.Equal(report.GetProperty("events_seen").GetInt32(), Lines(demo).Count(l => Word(l) == "fault"));

        // Nothing but text where nobody watches.
        Assert.DoesNotContain('\e', demo.Output);
        Assert.DoesNotContain('\r', demo.Output);

        var picture = new DecodedPng(File.ReadAllBytes(In("out/demo.png")));
        Assert.Equal(1600, picture.Width);
    }

    [Fact]
    public async Task The_daemon_finds_what_was_injected_says_whose_it_is_and_takes_a_new_kind_of_job_for_new()
    {
        var demo = await Run("demo", "--once", "--speed", "30", "--out", In("out"), "--port", "18484", "--seed", Seed, "--epochs", Passes, "--json", In("demo.json"));
        var told = JsonDocument.Parse(File.ReadAllText(In("demo.json"))).RootElement;
        var faults = told.GetProperty("faults").EnumerateArray().ToArray();
        var found = faults.Where(f => f.GetProperty("found").GetBoolean()).ToArray();
        Assert.Equal(8, told.GetProperty("nodes").GetInt32());
        Assert.True(2 * found.Length > faults.Length, $"{found.Length} of {faults.Length} found:\n{demo.Output}");
        // Four nodes that play the same are one alert of their job.
        var together = found.Where(f => f.GetProperty("true_cause").GetString() == "job").ToArray();
        Assert.NotEmpty(together);
        Assert.True(together.Count(f => f.GetProperty("cause").GetString() == "job") > together.Length / 2, demo.Output);
        Assert.Contains(told.GetProperty("new_kind").EnumerateArray(), s => !s.GetProperty("matched").GetBoolean());
        // What is judged came on several tracks, so it comes again where it is played again: kept back where somebody spoke, told of beside.
        var verdict = told.GetProperty("verdict");
        Assert.True(verdict.GetProperty("tracks").GetInt32() > 1, demo.Output);
        var again = told.GetProperty("again");
        Assert.True(again.GetProperty("kept_back").GetInt32() > 0, demo.Output);
        Assert.True(again.GetProperty("told_beside").GetInt32() > 0, demo.Output);
        Assert.True(again.GetProperty("told").GetInt32() < again.GetProperty("told_beside").GetInt32(), demo.Output);
        Assert.Contains(Lines(demo), l => l.Contains("] effect", StringComparison.Ordinal));
        Assert.Contains(Lines(demo), l => l.StartsWith("  Verdict ", StringComparison.Ordinal) && l.Contains($"kept back {again.GetProperty("kept_back").GetInt32()} finding"));
        Assert.Contains("removes", verdict.GetProperty("preview").GetString());
        Assert.Contains(Lines(demo), l => l.Contains("] page", StringComparison.Ordinal) && l.Contains("http://127.0.0.1:"));
        Assert.Contains(Lines(demo), l => l.StartsWith("  all ", StringComparison.Ordinal) && l.Contains($" {faults.Length} "));
        Assert.DoesNotContain('\e', demo.Output);
    }

    [Theory]
    [InlineData(2, "demo --speed 0")]
    [InlineData(2, "demo --port 70000")]
    [InlineData(2, "demo --from soon")]
    [InlineData(2, "demo --epochs 0")]
    [InlineData(2, "demo --seed -1")]
    [InlineData(2, "demo loudly")]
    [InlineData(1, "demo --data nothing-here")]
    [InlineData(1, "demo --live --target 127.0.0.1:1")]
    [InlineData(1, "demo --live --target here/../there")]
    [InlineData(1, "demo --from 1")]
    public async Task Wrong_words_end_in_2_and_unusable_data_in_1_with_one_line(int expected, string words)
    {
        var result = await TocsinProcess.RunAsync([.. words.Split(' '), "--out", In("out")]);
        Assert.Equal(expected, result.ExitCode);
        Assert.StartsWith("tocsin: ", result.Error);
        if (expected == 1)
            Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(In("out")));
    }

    [Fact]
    public void A_missing_sample_is_said_with_what_to_do()
    {
        var failure = Assert.Throws<BadDataException>(() => DemoSample.Find(_folder));
        Assert.Contains("--data", failure.Message);
    }

    [Fact]
    public void An_earlier_run_s_scores_go_and_other_people_s_files_stay()
    {
        Directory.CreateDirectory(In("out/scores"));
        File.WriteAllText(In("out/scores/n9_old.csv"), "timestamp,score,threshold,alarm,label,top_metrics\n");
        File.WriteAllText(In("out/scores/notes.csv"), "mine\n");
        new DemoFolder(In("out")).Prepare();
        Assert.Equal([In("out/scores/notes.csv")], Directory.GetFiles(In("out/scores")));
    }

    private string In(string name) => Path.Combine(_folder, name);

    private static string[] Lines(ProcessResult result) => result.Output.Split('\n');

    /// <summary>The second word of a line of the story, which begins with its time.</summary>
    private static string? Word(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var time, var word, ..] && time.Contains(':') ? word : null;

    private JsonElement Report(string file) => JsonDocument.Parse(File.ReadAllText(In(file))).RootElement.GetProperty("report");

    private static async Task<ProcessResult> Run(params string[] words)
    {
        var result = await TocsinProcess.RunAsync(words);
        Assert.True(result.ExitCode == 0, $"{words[0]} ended with {result.ExitCode}: {result.Error}");
        return result;
    }
}
