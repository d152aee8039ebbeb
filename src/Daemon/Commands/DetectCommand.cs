using System.CommandLine;
using System.Diagnostics;
using Tocsin.Inference.Evaluation;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Libraries;
using Tocsin.Ingest.Catalogues;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Commands;

/// <summary><c>tocsin detect</c>: a library and a recording -> a score and an alarm for every frame.</summary>
internal static class DetectCommand
{
    /// <summary>Other methods' scores of the same run, for the table of <c>tocsin eval</c>.</summary>
    private static readonly string[] Columns = [.. ScoreFile.BaselineColumns, "wmse", "evidence_values", "evidence_residuals"];

    public static Command Create()
    {
        var data = new DataArguments("Test");
        var library = new Option<string>("--library") { Description = "file that 'tocsin train' wrote", Required = true };
        var scores = new Option<string>("--scores") { Description = "folder for the score files, one a segment", Required = true };
        var threads = new Option<int>("--threads") { Description = "no influence on the result", DefaultValueFactory = _ => Environment.ProcessorCount };
        var json = new Option<string?>("--json") { Description = "also write the counts to this file" };
        var command = new Command("detect", "scores every frame of a recording; one CSV a segment") { library, scores, threads, json };
        data.AddTo(command);
        command.Validators.Add(result => result.Bound(threads, 1, 1024));
        command.SetAction(parsed => Run(data, parsed, parsed.GetRequiredValue(library), parsed.GetRequiredValue(scores), parsed.GetValue(threads), parsed.GetValue(json)));
        return command;
    }

    private static int Run(DataArguments data, ParseResult parsed, string libraryPath, string scores, int threads, string? json)
    {
        var clock = Stopwatch.StartNew();
        Figures.CheckTarget(json);
        var library = LibraryFile.Load(libraryPath);
        var recording = data.Open(parsed, library.Catalogue is { } text ? Catalogue.Parse(text, "the library's catalogue") : Catalogue.Default);
        var counts = Detect(library, recording, data.Range(parsed), new ScoreFolder(scores), threads);
        RejectionNotes.Print(recording.Rejections);
        if (counts.Segments == 0)
            throw new BadDataException($"0 segments of {recording.Description} were selected, so nothing was scored; check --from, --until and the job list");
        Console.WriteLine($"{counts.Segments} segments, {counts.Frames} frames scored, {counts.Alarmed} alarmed, {counts.Unmatched} segments matched to no pattern (unlike all, or too short to tell); {scores} in {clock.Elapsed.TotalSeconds:F1} s");
        Figures.Write(json, new { counts.Segments, counts.Frames, counts.Alarmed, counts.Unmatched, seconds = clock.Elapsed.TotalSeconds });
        return 0;
    }

    /// <param name="whole">Given each segment and its frames' verdicts when it is done, from several threads; the verdicts are kept only for it.</param>
    internal static DetectCounts Detect(
        PatternLibrary library, IRecording recording, TimeRange range, ScoreFolder folder, int threads, Action<Segment, IReadOnlyList<FrameVerdict>>? whole = null)
    {
        var counts = new DetectCounts();
        // The source is enumerated under a lock, so files get their names in the recording's order, whoever scores them.
        var work = recording.Segments(range).Select(s => (Segment: s, File: folder.Open(s.Node.Name, s.JobId, s.StartMs, Columns)));
        try
        {
            Parallel.ForEach(
                System.Collections.Concurrent.Partitioner.Create(work, System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering),
                // The k-sigma rule looks back on the node's last frames, whatever segment they were in.
                new ParallelOptions { MaxDegreeOfParallelism = library.Thresholds.KSigma is null ? threads : 1 },
                () => new SegmentDetector(library),
                (item, _, detector) =>
                {
                    Score(detector, item.Segment, item.File, counts, whole);
                    return detector;
                },
                _ => { });
        }
        catch (AggregateException failures) when (failures.InnerExceptions.OfType<TocsinException>().FirstOrDefault() is { } failure)
        {
            throw failure;
        }
        return counts;
    }

    private static void Score(SegmentDetector detector, Segment segment, ScoreFileWriter file, DetectCounts counts, Action<Segment, IReadOnlyList<FrameVerdict>>? whole)
    {
        using var writer = file;
        int frame = 0, alarmed = 0;
        var matched = false;
        List<FrameVerdict>? kept = whole is null ? null : [];
        foreach (var verdict in detector.Score(segment))
        {
            var plain = verdict.Plain;
            byte? label = segment.Labels is null ? null : segment.Labels[frame];
            writer.Append(verdict.Score, label, plain.MeanZ, plain.MaxZ, plain.Pca, plain.PatternZ, plain.Wmse, plain.Values, plain.Residuals);
            alarmed += verdict.Score.Alarm ? 1 : 0;
            matched = verdict.Match.Matched;
            kept?.Add(verdict);
            frame++;
        }
        writer.Complete();
        whole?.Invoke(segment, kept!);
        counts.Add(frame, alarmed, matched);
    }
}

/// <summary>Added to from several threads.</summary>
internal sealed class DetectCounts
{
    private readonly Lock _lock = new();

    public int Segments { get; private set; }

    public long Frames { get; private set; }

    public long Alarmed { get; private set; }

    public int Unmatched { get; private set; }

    public void Add(int frames, int alarmed, bool matched)
    {
        lock (_lock)
        {
            Segments++;
            Frames += frames;
            Alarmed += alarmed;
            Unmatched += matched ? 0 : 1;
        }
    }
}
