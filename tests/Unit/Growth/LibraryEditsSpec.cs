using Tocsin.Inference.Growth;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Libraries;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Growth;

/// <summary>What operators do to patterns: count a segment to another one, join two.</summary>
public sealed class LibraryEditsSpec
{
    private static readonly PatternLibrary Old = SmallRecording.Library.Value;
    private static readonly LibraryGrower Grower = new(SmallRecording.Options);
    private static readonly Lazy<PatternLibrary> Counted = new(() => Grower.Count(Old, Strange.Burst(1), Job()));
    private static readonly Lazy<PatternLibrary> Grown = new(() => Grower.Add(Old, [Strange.Burst(1), Strange.Burst(2), Strange.Burst(3)]));

    [Fact]
    public void A_segment_that_is_counted_to_a_pattern_is_matched_to_it_from_then_on_and_so_is_what_is_like_it()
    {
        Assert.Equal(-1, LibraryGrower.Match(Old, Strange.Burst(1)).Pattern);
        Assert.Equal(Job(), LibraryGrower.Match(Counted.Value, Strange.Burst(1)).Pattern);
        Assert.Equal(Job(), LibraryGrower.Match(Counted.Value, Strange.Burst(2)).Pattern);
        Assert.Equal(Job(), LibraryTrial.Run(Counted.Value, [Strange.Burst(1)]).Patterns[0]);
        Assert.Equal(-1, LibraryGrower.Match(Old, Strange.Burst(1)).Pattern);
    }

    [Fact]
    public void The_segments_of_training_are_matched_as_before()
    {
        foreach (var segment in SmallRecording.Training())
            Assert.Equal(LibraryGrower.Match(Old, segment).Pattern, LibraryGrower.Match(Counted.Value, segment).Pattern);
    }

    [Fact]
    public void Two_patterns_that_are_joined_are_one_for_all_that_matched_either()
    {
        var other = Grown.Value.Patterns.Patterns.Count - 1;
        Assert.Equal(other, LibraryGrower.Match(Grown.Value, Strange.Burst(4)).Pattern);
        var joined = Grower.Join(Grown.Value, other, Job(), [Strange.Burst(1)]);
        Assert.Equal(Job(), LibraryGrower.Match(joined, Strange.Burst(4)).Pattern);
        foreach (var segment in SmallRecording.Training())
            Assert.Equal(LibraryGrower.Match(Old, segment).Pattern, LibraryGrower.Match(joined, segment).Pattern);
        var (before, now) = (Grown.Value.Patterns.Patterns, joined.Patterns.Patterns);
        Assert.Equal((Job(), 0), (now[other].Into, now[other].Frames));
        Assert.Equal(before[other].Members.Length + before[Job()].Members.Length, now[Job()].Members.Length);
        // Without a segment of it the bands alone know; joined again into another, centres follow.
        Assert.Equal(Job(), LibraryGrower.Match(Grower.Join(Grown.Value, other, Job(), []), Strange.Burst(4)).Pattern);
        Assert.Null(joined.Patterns.Patterns[Job()].Into);
    }

    [Fact]
    public void What_was_edited_survives_its_file_and_can_be_edited_again()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("tocsin-").FullName, "library");
        try
        {
            LibraryFile.Save(path, Counted.Value);
            var loaded = LibraryFile.Load(path);
            Assert.Equal(Job(), LibraryGrower.Match(loaded, Strange.Burst(1)).Pattern);
            var again = Grower.Add(loaded, [Strange.Burst(5), Strange.Burst(6)]);
            LibraryFile.Save(path, again);
            Assert.Equal(again.Patterns.Patterns.Count, LibraryFile.Load(path).Patterns.Patterns.Count);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    /// <summary>The pattern of jobs that has most members.</summary>
    private static int Job() => Enumerable.Range(0, Old.Patterns.Patterns.Count).Where(p => !Old.Patterns.Patterns[p].Idle).MaxBy(p => Old.Patterns.Patterns[p].Members.Length);
}
