using Tocsin.Actors.Learning;
using Tocsin.Inference.Growth;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Patterns;
using Tocsin.Ingest.Recordings;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Xunit.Abstractions;

namespace Tocsin.Unit.Growth;

/// <summary>A recorded kind of job is kept from training and comes as something new.</summary>
public sealed class RecordedGrowthSpec(ITestOutputHelper output)
{
    private static readonly LearnOptions Options = new()
    {
        Folds = 2,
        Trainer = new() { Epochs = 3, Width = 24, Threads = 1 },
        Patterns = new PatternOptions { Threads = 1 },
    };

    [Fact]
    public void On_the_test_bed_a_kind_of_job_that_is_new_becomes_a_pattern_and_the_others_stay_as_they_were()
    {
        const string kind = "io_seq";
        if (SharedData.Find("data/testbed-a", output) is not { } folder)
            return;
        TimePoint.TryParse("1795253095", out var end);
        var all = DataFolder.Open(folder, new DataOptions()).Segments(new TimeRange(null, end)).Where(s => s.Frames >= 20).ToList();
        var old = new LibraryTrainer(Options).Train(all.Where(s => s.JobName != kind), "without it");
        var fresh = all.Where(s => s.JobName == kind).OrderBy(s => s.StartMs).ToList();
        var grower = new LibraryGrower(Options);
        var live = LibraryTrial.Run(old, fresh);
        var groups = grower.Group(old, fresh);
        output.WriteLine($"{fresh.Count} segments of {kind}: {live.Matched} fit a pattern of another kind by their heads, groups {string.Join(' ', groups)}, as a whole in radii {string.Join(' ', fresh.Select(s => $"{LibraryGrower.Match(old, s).Distance:F2}"))}");

        var held = fresh[^1];
        var grown = grower.Add(old, fresh[..^1]);
        var known = all.Where(s => s.JobName != kind).ToList();
        TrialFigures knownBefore = LibraryTrial.Run(old, known), knownAfter = LibraryTrial.Run(grown, known), before = LibraryTrial.Run(old, [held]), after = LibraryTrial.Run(grown, [held]);
        output.WriteLine($"held out: pattern {before.Patterns[0]} -> {after.Patterns[0]}, error {before.Error:F3} -> {after.Error:F3}, alarmed {before.Alarmed} -> {after.Alarmed} of {after.Frames}");
        output.WriteLine($"known: {knownBefore.Patterns.Zip(knownAfter.Patterns).Count(p => p.First == p.Second)} of {known.Count} match what they matched, error {knownBefore.Error:F4} -> {knownAfter.Error:F4}, alarmed {knownBefore.Alarmed} -> {knownAfter.Alarmed} of {knownAfter.Frames}");
        output.WriteLine($"check: {TrialRule.RefusesPattern(old.Patterns.Patterns.Count, before, after, knownBefore, knownAfter, new LearnRules()) ?? "passed"}");
        Assert.Equal(old.Patterns.Patterns.Count, after.Patterns[0]);
        Assert.True(after.Error < before.Error);
        Assert.True(knownAfter.Error <= 1.01 * knownBefore.Error);
    }
}
