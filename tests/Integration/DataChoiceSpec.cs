using System.Globalization;
using System.Text.Json;

namespace Tocsin.Integration;

/// <summary>What of the data is taken, and what it goes through, as a user says it on the command line.</summary>
public sealed class DataChoiceSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-choice").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Out => Path.Combine(_folder, "library");

    private string Scores => Path.Combine(_folder, "scores");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_catalogue_of_ones_own_makes_the_metrics_and_goes_with_the_library()
    {
        new TinyRecording().Write(Data);
        var catalogue = Path.Combine(_folder, "own.catalogue");
        File.WriteAllText(catalogue, "metric mine_running gauge procs 1 = sum of node_procs_running\nmetric mine_blocked gauge procs 1 = sum of node_procs_blocked\n");
        await Done([.. TrainedLibrary.Train(Data, Out), "--catalogue", catalogue]);
        File.Delete(catalogue);
        await Done(TrainedLibrary.Detect(Data, Out, Scores));
        var named = Directory.GetFiles(Scores).SelectMany(f => File.ReadLines(f).Skip(1)).Select(row => row.Split('"')[1]).Where(top => top.Length > 0).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, top => Assert.StartsWith("mine_", top));
    }

    [Fact]
    public async Task A_catalogue_that_is_none_is_refused_before_any_work()
    {
        new TinyRecording().Write(Data);
        var catalogue = Path.Combine(_folder, "own.catalogue");
        await Refused([.. TrainedLibrary.Train(Data, Out), "--catalogue", catalogue], "there is no file 'own.catalogue'");
        File.WriteAllText(catalogue, "metric\n");
        await Refused([.. TrainedLibrary.Train(Data, Out), "--catalogue", catalogue], "own.catalogue");
    }

    [Fact]
    public async Task Of_the_NodeSentry_layout_one_part_is_learned_from_and_the_other_judged()
    {
        for (var i = 0; i < 5; i++)
            Csv(i, i < 4 ? "Train" : "Test");
        File.WriteAllLines(Path.Combine(Data, "Job"), ["JobID|NodeList|Start|End", .. Enumerable.Range(0, 5).Select(i => $"{i}|n1|{Start(i)}|{Start(i) + 40}")]);
        var json = Path.Combine(_folder, "train.json");
        await Done([.. TrainedLibrary.Train(Data, Out), "--json", json]);
        Assert.Equal(4, JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("report").GetProperty("segments").GetInt32());
        await Done(TrainedLibrary.Detect(Data, Out, Scores));
        Assert.Equal("n1_4.csv", Path.GetFileName(Assert.Single(Directory.GetFiles(Scores))));
        await Done([.. TrainedLibrary.Detect(Data, Out, Scores), "--part", "Both"]);
        Assert.Equal(5, Directory.GetFiles(Scores).Length);
    }

    [Fact]
    public async Task Figures_that_cannot_be_written_are_refused_before_any_work()
    {
        new TinyRecording().Write(Data);
        await Refused([.. TrainedLibrary.Train(Data, Out), "--json", Path.Combine(_folder, "nowhere", "figures")], "there is no folder");
        await Refused([.. TrainedLibrary.Train(Data, Out), "--json", _folder], "no name of a file");
        await Refused(["bench", "features", "--json", _folder], "no name of a file");
    }

    private static long Start(int segment) => TinyRecording.Zero + (segment * 100);

    private void Csv(int segment, string part)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Data, part, "n1")).FullName;
        var random = new Random(segment);
        var rows = Enumerable.Range(0, 40).Select(t => string.Create(
            CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeSeconds(Start(segment) + t):yyyy-MM-dd HH:mm:ss},{Math.Sin(t * 0.6) + random.NextDouble():F3},{random.NextDouble():F3}"));
        File.WriteAllLines(Path.Combine(folder, $"n1_{segment}.csv"), ["timestamp,M1,M2", .. rows]);
    }

    private static async Task Done(string[] words)
    {
        var result = await TocsinProcess.RunAsync(words);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    private async Task Refused(string[] words, string why)
    {
        var result = await TocsinProcess.RunAsync(words);
        Assert.True(result.ExitCode == 1, $"exit {result.ExitCode}: {result.Error}");
        Assert.Contains(why, Assert.Single(result.Error.TrimEnd().Split('\n')));
        Assert.False(File.Exists(Out));
    }
}
