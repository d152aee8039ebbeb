using Tocsin.Inference.Growth;
using Tocsin.Inference.Learning;
using Tocsin.Inference.Libraries;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Learning;

namespace Tocsin.Unit.Growth;

public sealed class LibraryGrowerSpec
{
    private static readonly PatternLibrary Old = SmallRecording.Library.Value;
    private static readonly Lazy<PatternLibrary> Grown = new(() => new LibraryGrower(SmallRecording.Options).Add(Old, [Strange.Burst(1), Strange.Burst(2), Strange.Burst(3)]));

    [Fact]
    public void Segments_that_no_pattern_fits_are_grouped_by_kind()
    {
        Segment[] strangers = [Strange.Burst(1), Strange.Flood(2), Strange.Burst(3), SmallRecording.Cut(Strange.Burst(4), 5), Strange.Flood(5), Strange.Burst(6)];
        Assert.Equal([0, 1, 0, -1, 1, 0], new LibraryGrower(SmallRecording.Options).Group(Old, strangers));
        Assert.All(strangers, s => Assert.False(LibraryGrower.Match(Old, s).Matched));
    }

    [Fact]
    public void The_next_segment_of_a_new_kind_matches_the_pattern_that_was_made_of_it()
    {
        var pattern = Old.Patterns.Patterns.Count;
        Assert.Equal((pattern + 1, "burst", true), (Grown.Value.Patterns.Patterns.Count, Grown.Value.Patterns.Patterns[^1].Name, Grown.Value.Patterns.Patterns[^1].Provisional));
        Segment[] next = [Strange.Burst(11), Strange.Burst(12, 90)];
        Assert.Equal([-1, -1], LibraryTrial.Run(Old, next).Patterns);
        Assert.Equal([pattern, pattern], LibraryTrial.Run(Grown.Value, next).Patterns);
        Assert.Equal(-1, LibraryGrower.Match(Grown.Value, Strange.Flood(13)).Pattern);
    }

    [Fact]
    public void Its_model_tells_more_of_the_new_kind_than_all_patterns_together_did()
    {
        Segment[] next = [Strange.Burst(11), Strange.Burst(12), Strange.Burst(13)];
        var (old, grown) = (LibraryTrial.Run(Old, next), LibraryTrial.Run(Grown.Value, next));
        Assert.True(grown.Error < 0.8 * old.Error, $"{old.Error} before, {grown.Error} after");
    }

    [Fact]
    public void What_was_known_before_is_scored_as_before_to_the_bit()
    {
        foreach (var kind in SmallRecording.Kinds)
        {
            var segment = SmallRecording.Of(kind, 60, 77);
            var (old, grown) = (new SegmentDetector(Old).Score(segment).ToList(), new SegmentDetector(Grown.Value).Score(segment).ToList());
            Assert.Equal(old.Select(Bits), grown.Select(Bits));
        }

        static string Bits(FrameVerdict v) => $"{v.Match.Pattern} {BitConverter.SingleToInt32Bits(v.Score.Score)} {BitConverter.SingleToInt32Bits(v.Plain.Wmse)} {v.Score.Alarm}";
    }

    [Fact]
    public void A_provisional_pattern_raises_no_alarm_until_it_is_confirmed()
    {
        var pattern = Old.Patterns.Patterns.Count;
        // Its memory is given back in the middle of the run.
        var broken = SmallRecording.Make("burst", [.. Strange.Burst(21, 80).Values.Select((v, i) => i % 4 == 1 && i / 4 >= 50 ? -300 : v)], Strange.Burst(21, 80).TimesMs, null);
        var trial = LibraryTrial.Run(Grown.Value, [broken]);
        Assert.Equal(pattern, trial.Patterns[0]);
        Assert.True(trial.Alarmed > 5, $"{trial.Alarmed} frames");
        Assert.Equal(0, trial.Raised);
        Assert.DoesNotContain(new SegmentDetector(Grown.Value).Score(broken), v => v.Score.Alarm);
        var confirmed = LibraryGrower.Confirm(Grown.Value, pattern);
        Assert.Equal(trial.Alarmed, LibraryTrial.Run(confirmed, [broken]).Raised);
        Assert.Contains(new SegmentDetector(confirmed).Score(broken), v => v.Score.Alarm);
    }

    [Fact]
    public void A_grown_library_is_a_library_like_any_other_and_the_same_each_time()
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-test").FullName;
        try
        {
            var again = new LibraryGrower(SmallRecording.Options).Add(Old, [Strange.Burst(1), Strange.Burst(2), Strange.Burst(3)]);
            LibraryFile.Save(Path.Combine(folder, "a"), Grown.Value);
            LibraryFile.Save(Path.Combine(folder, "b"), again);
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "a")), File.ReadAllBytes(Path.Combine(folder, "b")));
            var loaded = LibraryFile.Load(Path.Combine(folder, "a"));
            Assert.True(loaded.Patterns.Patterns[^1].Provisional);
            Segment[] next = [Strange.Burst(31)];
            Assert.Equal(LibraryTrial.Run(Grown.Value, next).Error, LibraryTrial.Run(loaded, next).Error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_tuned_pattern_follows_its_jobs_and_leaves_the_others_alone()
    {
        var solver = LibraryGrower.Match(Old, SmallRecording.Of("solver", 60, 88)).Pattern;
        var tuned = new LibraryGrower(SmallRecording.Options).Tune(Old, solver, [.. Enumerable.Range(0, 6).Select(i => Strange.Drifted(40 + i))]);
        Segment[] drifted = [Strange.Drifted(51), Strange.Drifted(52)], others = [SmallRecording.Of("copier", 60, 53), SmallRecording.Of("idle", 60, 54)];
        Assert.True(LibraryTrial.Run(tuned, drifted).Error < LibraryTrial.Run(Old, drifted).Error);
        Assert.Equal(LibraryTrial.Run(Old, others).Error, LibraryTrial.Run(tuned, others).Error);
    }
}
