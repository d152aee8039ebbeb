using System.Diagnostics;
using System.Globalization;
using Tocsin.Daemon.Pictures;
using Tocsin.Inference.Evaluation;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Libraries;
using Tocsin.Ingest.Catalogues;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Commands;

/// <summary>The demo from end to end: train, detect, replay, picture, scoreboard.</summary>
/// <param name="data">Folder of the recording.</param>
/// <param name="split">Segments that start before it are learned from, the others watched.</param>
internal sealed class DemoRun(string data, TimePoint split, LearnOptions options, string folder, DemoScreen screen)
{
    private const int MostStrips = 4;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly DemoFolder _out = new(folder);

    /// <exception cref="TocsinException">The recording cannot be used, or the folder not written.</exception>
    public void Run(string? json)
    {
        Figures.CheckTarget(json);
        var recording = DataFolder.Open(data, new DataOptions());
        var (firstMs, lastMs) = recording.Span;
        var splitMs = split.Resolve(firstMs, lastMs);
        if (splitMs <= firstMs || splitMs >= lastMs)
            throw new BadDataException($"--from {splitMs / 1000} is not within the recording: expected a time after {firstMs / 1000} and before {lastMs / 1000}, since one part is learned from and the other watched");
        Console.WriteLine("Tocsin learns from the first part of a recording and then watches the rest as if it were live.");
        Console.WriteLine($"  {recording.Description}");
        _out.Prepare();
        DemoScreen.Heading($"Learning from {Minutes(splitMs - firstMs)}, faults and all: no label is read.");
        var library = Learn(recording);
        DemoScreen.Heading($"Watching the other {Minutes(lastMs - splitMs)}.{(recording.HasTruth ? " Only the scoreboard knows what was a fault." : "")}");
        Console.WriteLine("A score of 3 says that of frames held out of training one in 1,000 is as strange; times are minutes and seconds of the recording.");
        var watch = new DemoWatch();
        var counts = DemoScreen.Busy(_clock, "scoring", () =>
            DetectCommand.Detect(library, recording, new TimeRange(split, null), new ScoreFolder(_out.Scores), Environment.ProcessorCount, watch.Add));
        RejectionNotes.Print(recording.Rejections);
        if (counts.Segments == 0)
            throw new BadDataException($"no segment of '{Path.GetFileName(Path.GetFullPath(data))}' starts after the split, so there is nothing to watch; give an earlier --from");
        var evaluation = new EvalOptions();
        var scores = ScoreFile.ReadAll(_out.Scores).ToList();
        var truth = DemoTruth.Of(scores, recording, evaluation);
        var story = DemoStory.Tell(truth, watch.Segments, library.Patterns.Patterns);
        screen.Play(story);
        Pictures(DemoPicture.Of(truth, watch.Segments, recording), truth.Known);
        if (truth.Known)
            Scoreboard(options.Seed, scores, truth, story, watch, recording, evaluation, json);
        else
            DemoScreen.Heading("Nobody knows what was a fault in this recording (it has no faults.psv), so there is no scoreboard.");
        NextStep();
        Console.WriteLine($"({_clock.Elapsed.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s in all)");
    }

    private PatternLibrary Learn(IRecording recording)
    {
        var trainer = new LibraryTrainer(options) { Catalogue = Catalogue.Default.Text, Say = Tell };
        var started = Stopwatch.StartNew();
        var library = DemoScreen.Busy(started, "learning, some 20 s where nothing else runs", () => trainer.Train(recording.Segments(new TimeRange(null, split)), recording.Description));
        RejectionNotes.Print(recording.Rejections);
        LibraryFile.Save(_out.Library, library);
        DemoScreen.Note($"library: {_out.Library}, {new FileInfo(_out.Library).Length / 1024} KB, after {started.Elapsed.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s");
        return library;
    }

    /// <summary>The trainer's words, less those on each pass.</summary>
    private static void Tell(string line)
    {
        if (!line.StartsWith("part ", StringComparison.Ordinal))
            DemoScreen.Note(line);
    }

    private void Pictures(IReadOnlyList<NodeScores> nodes, bool truthKnown)
    {
        var strip = TerminalStrip.ForConsole();
        foreach (var node in nodes.Take(MostStrips))
        {
            DemoScreen.Heading(EvalTable.Safe(node.Node, 60));
            foreach (var line in strip.Render(node))
                Console.WriteLine(line);
        }
        Console.WriteLine(strip.Key(truthKnown));
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(data)));
        ScorePicture.Write(_out.Picture, new ScorePictureData($"{name}: scores of frames that were not learned from", nodes) { ScoreLabel = "score" });
        Console.WriteLine();
        Console.WriteLine($"The same as a picture: {_out.Picture}");
    }

    private static void Scoreboard(
        ulong seed, IReadOnlyList<ScoreSegment> scores, DemoTruth truth, DemoStory story, DemoWatch watch, IRecording recording, EvalOptions evaluation, string? json)
    {
        var report = Evaluator.Evaluate(scores, DemoTruth.Events(recording), recording.Jobs, evaluation);
        var cpuRule = DemoScoreboard.CpuRuleOf(scores, watch.Segments, recording, evaluation);
        DemoScreen.Heading($"Scoreboard (seed {seed}; others differ)");
        DemoScoreboard.Print(Console.Out, report, evaluation, cpuRule);
        Console.WriteLine();
        foreach (var line in DemoScoreboard.Honestly(report, truth, story))
            Console.WriteLine($"  {line}");
        Figures.Write(json, new { report, cpu_rule = cpuRule });
    }

    private void NextStep()
    {
        var (jobs, faults) = (Path.Combine(data, ScrapeRecording.JobsFile), Path.Combine(data, ScrapeRecording.FaultsFile));
        if (File.Exists(jobs) && File.Exists(faults))
        {
            DemoScreen.Heading("The same figures with their intervals:");
            Console.WriteLine($"  ./tocsin eval --scores {_out.Scores} --jobs {jobs} --events {faults}");
        }
        DemoScreen.Heading("Next, on nodes of your own (README.md says more, and how sacct gives DIR/jobs.psv):");
        Console.WriteLine("  ./tocsin record --targets n001:9100,n002:9100 --interval 15s --out DIR");
        Console.WriteLine("  ./tocsin train  --data DIR --until 0.6 --out site.library");
        Console.WriteLine("  ./tocsin detect --data DIR --from 0.6 --library site.library --scores SCORES");
    }

    private static string Minutes(long ms) => ms < 180 * 60_000L
        ? string.Create(CultureInfo.InvariantCulture, $"{ms / 60_000.0:0} minutes")
        : string.Create(CultureInfo.InvariantCulture, $"{ms / 3_600_000.0:0.#} hours");
}
