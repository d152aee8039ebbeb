using System.CommandLine;
using System.Diagnostics;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Libraries;
using Tocsin.Inference.Training;
using Tocsin.Ingest.Catalogues;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin train</c>: a recording -> a pattern library.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var data = new DataArguments("Train");
        var library = new Option<string>("--out") { Description = "file of the library", Required = true };
        var seed = new Option<uint>("--seed") { Description = "equal seeds and data give equal libraries", DefaultValueFactory = _ => 1 };
        var rate = new Option<double>("--false-episodes") { Description = "wanted rate of false episodes per node-hour", DefaultValueFactory = _ => new LearnOptions().FalseEpisodesPerHour };
        var patterns = new Option<int?>("--patterns") { Description = "number of patterns of jobs; without it by the silhouette" };
        var epochs = new Option<int>("--epochs") { Description = "passes over the data at most", DefaultValueFactory = _ => new LearnOptions().Trainer.Epochs };
        var width = new Option<int>("--width") { Description = "of the model; 0 = as many as metrics", DefaultValueFactory = _ => 0 };
        var prior = new Option<double>("--job-name-weight") { Description = "what the job's name says beside the metrics when a segment is matched; 0 = nothing", DefaultValueFactory = _ => new LearnOptions().Patterns.JobNameWeight };
        var users = new Option<double>("--user-weight") { Description = "the same of the user's name", DefaultValueFactory = _ => new LearnOptions().Patterns.UserWeight };
        var weights = new Option<WeightRule>("--weights") { Description = "of metrics in the model's loss, by their mean absolute change", DefaultValueFactory = _ => WeightRule.InverseChange };
        var threshold = new Option<AlarmRule>("--threshold") { Description = "what the evidence is held against: one threshold from held-out data, or mean and k sigma of the node's last frames", DefaultValueFactory = _ => new LearnOptions().Alarm };
        var catalogue = new Option<string?>("--catalogue") { Description = "file that says which raw series make up which metric; without it the one for node_exporter. The library keeps it" };
        var threads = new Option<int>("--threads") { Description = "no influence on the result", DefaultValueFactory = _ => Environment.ProcessorCount };
        var json = new Option<string?>("--json") { Description = "also write the figures to this file" };
        var command = new Command("train", "learns patterns from a recording; labels are never read") { library, seed, rate, patterns, epochs, width, prior, users, weights, threshold, catalogue, threads, json };
        data.AddTo(command);
        command.Validators.Add(result =>
        {
            result.Bound(rate, 1e-6, 3600);
            result.Bound(prior, 0, 100);
            result.Bound(users, 0, 100);
            result.Bound(epochs, 1, 10_000);
            result.Bound(width, 0, 4096);
            result.Bound(threads, 1, 1024);
            result.Bound(patterns, 1, 10_000);
        });
        command.SetAction(parsed =>
        {
            var defaults = new LearnOptions();
            var options = defaults with
            {
                Seed = parsed.GetValue(seed),
                Alarm = parsed.GetValue(threshold),
                FalseEpisodesPerHour = parsed.GetValue(rate),
                Patterns = defaults.Patterns with { Patterns = parsed.GetValue(patterns), JobNameWeight = parsed.GetValue(prior), UserWeight = parsed.GetValue(users), Threads = parsed.GetValue(threads) },
                Trainer = defaults.Trainer with { Epochs = parsed.GetValue(epochs), Width = parsed.GetValue(width), Threads = parsed.GetValue(threads), Weights = parsed.GetValue(weights) },
            };
            return Run(data, parsed, options, parsed.GetValue(catalogue), parsed.GetRequiredValue(library), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(DataArguments data, ParseResult parsed, LearnOptions options, string? named, string path, string? json)
    {
        var clock = Stopwatch.StartNew();
        LibraryFile.CheckTarget(path);
        Figures.CheckTarget(json);
        var catalogue = named is null ? Catalogue.Default : Catalogue.Read(named);
        var recording = data.Open(parsed, catalogue);
        var trainer = new LibraryTrainer(options) { Catalogue = catalogue.Text, Say = line => Console.Error.WriteLine($"{clock.Elapsed.TotalSeconds,7:F1} s  {line}") };
        var library = trainer.Train(recording.Segments(data.Range(parsed)), recording.Description);
        RejectionNotes.Print(recording.Rejections);
        LibraryFile.Save(path, library);
        LibrarySummary.Print(Console.Out, library);
        Console.WriteLine($"library     {path}, {new FileInfo(path).Length / 1024.0:F0} KB, in {clock.Elapsed.TotalSeconds:F1} s");
        Figures.Write(json, new { library.Report, library.Thresholds, patterns = library.Patterns.Patterns.Select(p => new { p.Name, p.Idle, segments = p.Members.Length, p.Frames }), seconds = clock.Elapsed.TotalSeconds });
        return 0;
    }
}
