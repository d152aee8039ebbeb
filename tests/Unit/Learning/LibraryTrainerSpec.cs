using Tocsin.Inference.Learning;
using Tocsin.Inference.Libraries;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Learning;

public sealed class LibraryTrainerSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-test").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_seed_gives_the_same_file_on_one_thread_and_on_two()
    {
        var options = SmallRecording.Options;
        var one = options with { Trainer = options.Trainer with { Threads = 1 }, Patterns = options.Patterns with { Threads = 1 } };
        Assert.Equal(Bytes(SmallRecording.Library.Value), Bytes(new LibraryTrainer(one).Train(SmallRecording.Training(), "small")));
    }

    [Fact]
    public void Labels_and_when_it_is_done_leave_no_trace_and_another_seed_does()
    {
        var labelled = SmallRecording.Training().Select((s, i) =>
            SmallRecording.Make(s.JobName, s.Values, s.TimesMs, [.. Enumerable.Range(0, s.Frames).Select(t => (byte)((t + i) % 2))]));
        Assert.Equal(Bytes(SmallRecording.Library.Value), Bytes(new LibraryTrainer(SmallRecording.Options).Train(labelled, "small")));
        Assert.NotEqual(Bytes(SmallRecording.Library.Value), Bytes(new LibraryTrainer(SmallRecording.Options with { Seed = 8 }).Train(SmallRecording.Training(), "small")));
    }

    [Fact]
    public void Each_kind_becomes_a_pattern_with_a_model_of_its_own()
    {
        var library = SmallRecording.Library.Value;
        Assert.Equal(SmallRecording.Kinds.Order(), library.Patterns.Patterns.Select(p => p.Name).Order());
        Assert.Equal([1, 2, 3], library.Models.Select(m => m.PatternId));
        Assert.Equal(4, library.Models.Append(library.Pooled).Select(m => m.Model).Distinct().Count());
        Assert.True(library.Thresholds.Extrapolated, "seven minutes cannot show two false episodes an hour");
        Assert.True(double.IsFinite(library.Report.Figures["wmse_held_out"]));
        Assert.Equal((9, 0), (library.Report.Segments, library.Report.TooShort));
    }

    [Fact]
    public void Segments_that_are_too_short_are_counted_and_left_out()
    {
        var library = Train([.. SmallRecording.Training(), SmallRecording.Of("solver", 1, 50), SmallRecording.Of("solver", 9, 51)]);
        Assert.Equal((9, 2), (library.Report.Segments, library.Report.TooShort));
    }

    [Fact]
    public void A_metric_and_a_gap_that_are_missing_in_training_leave_finite_scores()
    {
        var holes = SmallRecording.Training().Select((s, i) => i % 3 != 0 ? s : SmallRecording.Of("solver", 50, 300 + i, change: (t, m, v) => (m == 1 && i < 4) || t is > 20 and < 35 ? float.NaN : v)).ToList();
        var library = Train(holes);
        Assert.All(new SegmentDetector(library).Score(SmallRecording.Of("solver", 60, 77)).Skip(1), v => Assert.True(float.IsFinite(v.Score.Score)));
    }

    public static TheoryData<string, int[]> TooLittle() => new()
    {
        { "none of 0 segments", [] },
        { "none of 3 segments has 10 frames", [1, 9, 2] },
        { "1 segments are too few to hold any out", [40] },
    };

    [Theory]
    [MemberData(nameof(TooLittle))]
    public void Too_little_to_learn_from_is_refused_in_one_line(string words, int[] lengths)
    {
        var refusal = Assert.Throws<BadDataException>(() => Train([.. lengths.Select((frames, i) => SmallRecording.Of("solver", frames, i))]));
        Assert.Contains(words, refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void Parts_are_dealt_evenly_within_each_pattern_by_time_and_not_by_reading()
    {
        int[] patterns = [0, 0, 0, 0, 1, 1, 1, -1];
        long[] starts = [40, 10, 30, 20, 3, 1, 2, 9];
        var parts = FoldPlan.Deal(patterns, starts, 2);
        Assert.Equal(2, parts[..4].Count(p => p == 0));
        Assert.NotEqual(parts[1], parts[3]);
        Assert.InRange(parts[4..7].Count(p => p == 0), 1, 2);
        int[] order = [7, 3, 5, 1, 0, 6, 2, 4];
        Assert.Equal(order.Select(i => parts[i]), FoldPlan.Deal([.. order.Select(i => patterns[i])], [.. order.Select(i => starts[i])], 2));
    }

    private static PatternLibrary Train(List<Segment> segments) => new LibraryTrainer(SmallRecording.Options).Train(segments, "small");

    private byte[] Bytes(PatternLibrary library)
    {
        var path = Path.Combine(_folder, "library");
        LibraryFile.Save(path, library);
        return File.ReadAllBytes(path);
    }
}
