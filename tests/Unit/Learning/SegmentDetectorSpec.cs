using Tocsin.Inference.Learning;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Learning;

public sealed class SegmentDetectorSpec
{
    private static PatternLibrary Library => SmallRecording.Library.Value;

    /// <summary>Before the first match, at it and within the rolling windows, around the run's own baseline, at a revision of the match.</summary>
    public static TheoryData<int> Cuts() => [1, 2, 5, 9, 10, 11, 13, 16, 20, 27, 40, 59];

    [Theory]
    [MemberData(nameof(Cuts))]
    public void A_recording_that_ends_earlier_has_the_same_verdicts_to_the_bit(int frames)
    {
        foreach (var kind in SmallRecording.Kinds)
        {
            var whole = SmallRecording.Of(kind, 60, 31, change: (t, m, v) => t is > 25 and < 33 && m == 0 ? v + 60 : v);
            Assert.Equal(Verdicts.Lines(Library, whole)[..frames], Verdicts.Lines(Library, SmallRecording.Cut(whole, frames)));
        }
    }

    [Fact]
    public void Whatever_else_is_scored_and_in_what_order_a_segments_verdicts_are_the_same()
    {
        var segments = SmallRecording.Kinds.Select((k, i) => SmallRecording.Of(k, 45, 60 + i)).Append(SmallRecording.Of("stranger", 30, 5, change: (_, _, v) => -v * 3)).ToList();
        var alone = segments.Select(s => Verdicts.Lines(Library, s)).ToList();
        var one = new SegmentDetector(Library);
        for (var i = segments.Count - 1; i >= 0; i--)
            Assert.Equal(alone[i], Verdicts.Lines(one, segments[i]));
        Assert.Equal(alone[2], Verdicts.Lines(one, segments[2]));
    }

    [Fact]
    public void Every_frame_from_the_second_on_has_a_finite_score_and_a_threshold()
    {
        foreach (var kind in SmallRecording.Kinds)
        {
            var verdicts = new SegmentDetector(Library).Score(SmallRecording.Of(kind, 50, 12)).ToList();
            Assert.True(float.IsNaN(verdicts[0].Score.Score));
            Assert.False(verdicts[0].Score.Alarm);
            Assert.All(verdicts.Skip(1), Finite);
        }
    }

    public static TheoryData<string> Damages() => ["a metric", "a gap", "everything", "the head", "every second frame", "infinite", "huge"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void Missing_and_monstrous_values_leave_finite_scores(string damage)
    {
        var segment = SmallRecording.Of("solver", 50, 12, change: (t, m, v) => damage switch
        {
            "a metric" => m == 1 ? float.NaN : v,
            "a gap" => t is > 12 and < 30 ? float.NaN : v,
            "everything" => float.NaN,
            "the head" => t < 15 ? float.NaN : v,
            "every second frame" => t % 2 == 0 ? float.NaN : v,
            "infinite" => t == 20 ? float.PositiveInfinity : v,
            _ => t == 20 ? float.MaxValue : v,
        });
        Assert.All(new SegmentDetector(Library).Score(segment).Skip(1), Finite);
    }

    [Fact]
    public void Frames_that_are_missing_altogether_leave_finite_scores()
    {
        var whole = SmallRecording.Of("copier", 60, 8);
        int[] kept = [.. Enumerable.Range(0, 60).Where(t => t is < 14 or > 33)];
        var gap = SmallRecording.Make("copier", [.. kept.SelectMany(t => whole.Values[(t * 4)..((t * 4) + 4)])], [.. kept.Select(t => whole.TimesMs[t])], null);
        Assert.All(new SegmentDetector(Library).Score(gap).Skip(1), Finite);
    }

    [Fact]
    public void One_frame_has_a_verdict_without_a_score()
    {
        var verdict = Assert.Single(new SegmentDetector(Library).Score(SmallRecording.Of("solver", 1, 3)));
        Assert.True(float.IsNaN(verdict.Score.Score));
        Assert.False(verdict.Match.Matched);
    }

    [Fact]
    public void A_metric_that_leaves_its_pattern_raises_the_alarm_and_is_named_first()
    {
        var normal = SmallRecording.Of("solver", 60, 31);
        var faulty = SmallRecording.Of("solver", 60, 31, change: (t, m, v) => m == 2 && t >= 30 ? v + 70 : v);
        var before = new SegmentDetector(Library).Score(normal).ToList();
        var after = new SegmentDetector(Library).Score(faulty).ToList();
        Assert.Equal("solver", Library.Patterns.Patterns[after[29].Match.Pattern].Name);
        Assert.DoesNotContain(before, v => v.Score.Alarm);
        Assert.DoesNotContain(after.Take(30), v => v.Score.Alarm);
        Assert.Contains(after.Skip(30).Take(10), v => v.Score.Alarm);
        Assert.Equal("disk", after[35].Score.Top[0].Metric);
        Assert.All(after.Where(v => v.Score.Alarm), v => Assert.InRange(v.Score.Top.Sum(s => s.Share), 0.5, 1.0001));
        Assert.True(after[35].Score.Score > after[35].Score.Threshold);
    }

    [Fact]
    public void No_alarm_within_the_settling_time_and_none_for_what_is_like_no_pattern()
    {
        // With a threshold that everything exceeds, settling and matching alone decide.
        var eager = new SegmentDetector(SmallRecording.Bent(Library.Thresholds with { Evidence = -1 }, m => m));
        var known = eager.Score(SmallRecording.Of("solver", 40, 31)).ToList();
        Assert.Equal(known.Select((v, t) => t >= 5 && v.Match.Matched), known.Select(v => v.Score.Alarm));
        Assert.Contains(known, v => v.Score.Alarm);
        var strange = eager.Score(SmallRecording.Of("stranger", 40, 31, change: (t, _, v) => v + (t % 2 == 0 ? 300 : -300))).ToList();
        Assert.All(strange, v => Assert.False(v.Match.Matched));
        Assert.All(strange, v => Assert.False(v.Score.Alarm));
    }

    [Fact]
    public void Metrics_of_another_kind_are_refused_with_their_names()
    {
        var other = new Segment
        {
            Node = new NodeKey("test", "n1"),
            Jobs = [],
            StartMs = 0,
            EndMs = null,
            CadenceMs = 1000,
            TimesMs = [0, 1000],
            Values = [1, 2],
            Metrics = new MetricSchema([new Metric("gpu", MetricKind.Gauge, "", 0)]),
        };
        var refusal = Assert.Throws<LibraryRefusedException>(() => new SegmentDetector(Library).Score(other).ToList());
        Assert.Contains("0 of its 4 (missing: cpu, memory, disk", refusal.Message);
    }

    private static void Finite(FrameVerdict verdict)
    {
        Assert.True(float.IsFinite(verdict.Score.Score), $"score {verdict.Score.Score} at {verdict.Score.TimeMs}");
        Assert.True(float.IsFinite(verdict.Score.Threshold));
        var plain = verdict.Plain;
        float[] all = [plain.MeanZ, plain.MaxZ, plain.Pca, plain.PatternZ, plain.Wmse, plain.Values, plain.Residuals, .. verdict.Score.Top.Select(t => t.Share)];
        Assert.All(all, v => Assert.True(float.IsFinite(v)));
    }
}
