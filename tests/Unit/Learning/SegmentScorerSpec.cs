using Tocsin.Inference.Learning;
using Tocsin.Inference.Models;
using Tocsin.Inference.Preparation;
using Tocsin.Inference.Scoring;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Learning;

public sealed class SegmentScorerSpec : IDisposable
{
    private readonly BatchScorer _batches = new(1);

    public void Dispose() => _batches.Dispose();

    /// <summary>Missing values, gaps and steps at any place, drawn anew for each seed.</summary>
    internal static Segment Damaged(int seed, int frames = 60)
    {
        var random = new Random(seed);
        var (hole, gap, step) = (random.Next(frames), random.Next(frames), random.Next(frames));
        var whole = SmallRecording.Of(SmallRecording.Kinds[seed % 3], frames, seed, change: (t, m, v) =>
            random.Next(40) == 0 || (m == seed % 4 && t >= hole && t < hole + 9) ? float.NaN : t > step && m == 0 ? v + 60 : v);
        var times = whole.TimesMs.Select((time, t) => time + random.Next(300) + (t > gap ? random.Next(2) * 7_000 : 0)).Order().ToArray();
        for (var t = 1; t < frames; t++)
            times[t] = Math.Max(times[t], times[t - 1] + 1);
        return SmallRecording.Make(whole.JobName, whole.Values, times, null);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Frame_by_frame_gives_the_bits_of_the_whole_segment_at_once(int seed)
    {
        var library = ScorerRun.Treated();
        var segment = Damaged(seed);
        var run = new ScorerRun(library, segment, _batches);
        Assert.Equal(Whole(library.Library, segment), [.. Enumerable.Range(0, segment.Frames).Select(t => Bits(run.Score(t)))]);
    }

    [Theory]
    [InlineData(11, 0, false)]
    [InlineData(12, 0, true)]
    [InlineData(13, 40, false)]
    [InlineData(14, 15, true)]
    [InlineData(15, 25, true)]
    public void A_scorer_put_away_and_taken_up_again_after_any_frame_gives_the_bits_of_the_undisturbed_one(int seed, int keep, bool rule)
    {
        var options = rule ? new KSigmaOptions { K = 2, Window = 20, M = 2, N = 3 } : null;
        var library = ScorerRun.Treated(options);
        var segment = Damaged(seed);
        KSigmaThreshold? Rule() => options is null ? null : new KSigmaThreshold(options);
        var whole = new ScorerRun(library, segment, _batches, Rule(), keep);
        var expected = Enumerable.Range(0, segment.Frames).Select(t => Bits(whole.Score(t))).ToList();
        for (var cut = 0; cut < segment.Frames; cut++)
        {
            var threshold = Rule();
            var run = new ScorerRun(library, segment, _batches, threshold, keep);
            for (var t = 0; t < cut; t++)
                run.Score(t);
            threshold = threshold is null ? null : new KSigmaThreshold(options!, threshold.State);
            var head = Enumerable.Range(0, cut).Select(t => (segment.TimesMs[t], run.Row(t))).ToList();
            run.Scorer = SegmentScorer.Restore(library, ScoredSegment.Of(segment), run.Scorer.State, head, threshold, keep);
            Assert.Equal(expected[cut..], [.. Enumerable.Range(cut, segment.Frames - cut).Select(t => Bits(run.Score(t)))]);
        }
    }

    [Fact]
    public void Without_its_head_a_restored_scorer_keeps_the_match_that_there_is_and_is_otherwise_the_same()
    {
        var library = ScorerRun.Treated();
        var segment = SmallRecording.Of("solver", 60, 31);
        var run = new ScorerRun(library, segment, _batches);
        for (var t = 0; t < 30; t++)
            run.Score(t);
        var match = run.Scorer.Match;
        var restored = SegmentScorer.Restore(library, ScoredSegment.Of(segment), run.Scorer.State, []);
        Assert.False(restored.CollectsHead);
        var lost = new ScorerRun(library, segment, _batches) { Scorer = restored };
        for (var t = 30; t < 39; t++)
            Assert.Equal(Bits(run.Score(t)), Bits(lost.Score(t)));
        lost.Score(39);
        Assert.Equal(match, lost.Scorer.Match);
    }

    [Theory]
    [InlineData(41, 60)]
    [InlineData(42, 60)]
    [InlineData(43, 25)]
    public void A_head_that_is_read_when_a_match_is_due_gives_the_bits_of_one_that_is_held_and_one_that_is_gone_keeps_its_match(int seed, int there)
    {
        var library = ScorerRun.Treated();
        var segment = Damaged(seed);
        var held = new ScorerRun(library, segment, _batches);
        var pushed = 0;
        var asked = new List<int>();
        IReadOnlyList<(long, float[])>? Read(int frames)
        {
            asked.Add(frames);
            Assert.Equal(pushed, frames);
            return frames > there ? null : [.. Enumerable.Range(0, frames).Select(t => (segment.TimesMs[t], held.Row(t)))];
        }
        var read = new ScorerRun(library, segment, _batches) { Scorer = new SegmentScorer(library, ScoredSegment.Of(segment), head: Read) };
        var last = default(SegmentMatch);
        for (var t = 0; t < segment.Frames; t++)
        {
            pushed = t + 1;
            var (expected, actual) = (Bits(held.Score(t)), Bits(read.Score(t)));
            if (t < there)
                Assert.Equal(expected, actual);
            last = t < there ? read.Scorer.Match : last;
        }
        Assert.Equal(last, read.Scorer.Match);
        Assert.Equal(asked.Exists(a => a > there), there < 60);
        Assert.Equal(library.Library.Patterns.HeadLengths.Where(l => l <= 60).TakeWhile((l, i) => i == 0 || library.Library.Patterns.HeadLengths[i - 1] <= there), asked);
    }

    [Fact]
    public void Fewer_or_more_kept_frames_after_a_restore_change_no_score()
    {
        var library = ScorerRun.Treated();
        var segment = Damaged(21);
        var run = new ScorerRun(library, segment, _batches, keep: 30);
        for (var t = 0; t < 45; t++)
            run.Score(t);
        var head = Enumerable.Range(0, 45).Select(t => (segment.TimesMs[t], run.Row(t))).ToList();
        var others = new[] { 0, 20, 50 }.Select(keep => new ScorerRun(library, segment, _batches)
        {
            Scorer = SegmentScorer.Restore(library, ScoredSegment.Of(segment), run.Scorer.State, head, null, keep),
        }).ToList();
        for (var t = 45; t < 60; t++)
        {
            var bits = Bits(run.Score(t));
            Assert.All(others, o => Assert.Equal(bits, Bits(o.Score(t))));
        }
    }

    [Fact]
    public void A_state_of_another_shape_is_refused()
    {
        var library = ScorerRun.Treated();
        var segment = SmallRecording.Of("solver", 30, 31);
        var run = new ScorerRun(library, segment, _batches);
        for (var t = 0; t < 20; t++)
            run.Score(t);
        var state = run.Scorer.State;
        foreach (var bent in new[] { state with { Raw = state.Raw[1..] }, state with { ValueMedian = [] }, state with { Frames = 3 }, state with { HeadFrames = 99 }, state with { Before = state.Before with { Held = [1] } } })
            Assert.Throws<ArgumentException>(() => SegmentScorer.Restore(library, ScoredSegment.Of(segment), bent, []));
    }

    [Fact]
    public void A_frame_that_waits_can_neither_be_followed_nor_put_away()
    {
        var library = ScorerRun.Treated();
        var run = new ScorerRun(library, SmallRecording.Of("solver", 3, 31), _batches);
        run.Scorer.Push(run.Row(0), 1_710_000_000_000);
        Assert.Throws<InvalidOperationException>(() => run.Scorer.Push(run.Row(1), 1_710_000_001_000));
        Assert.Throws<InvalidOperationException>(() => run.Scorer.State);
        run.Scorer.Complete(new float[library.Metrics], run.Scratch);
        Assert.Throws<InvalidOperationException>(() => run.Scorer.Complete(new float[library.Metrics], run.Scratch));
    }

    [Fact]
    public void Evidence_names_what_was_seen_and_what_was_expected_in_the_metrics_own_unit()
    {
        var library = new ScoringLibrary(SmallRecording.Library.Value);
        var segment = SmallRecording.Of("solver", 60, 31, change: (t, m, v) => m == 2 && t >= 30 ? v + 70 : v);
        var run = new ScorerRun(library, segment, _batches);
        for (var t = 0; t < 36; t++)
            run.Score(t);
        var disk = FrameEvidence.Explain(run.Scorer, 3, run.Scratch)[0];
        Assert.Equal("disk", disk.Metric);
        Assert.Equal(segment.Row(35)[2], disk.Value, 2);
        // Training drew it from 0 to 2.
        Assert.InRange(disk.Expected, -1, 3);
        Assert.InRange(disk.Spread, 0.01, 20);
        Assert.Equal(FrameEvidence.Top(run.Scorer, 3, run.Scratch).Select(m => m.Share), FrameEvidence.Explain(run.Scorer, 3, run.Scratch).Select(m => m.Share));
    }

    /// <summary>What the scorer does in pieces, in one: the whole segment prepared, one frame after the other held against its bands.</summary>
    private static List<string> Whole(PatternLibrary library, Segment source)
    {
        var segment = PreparedSegment.From(source, library.Plan);
        var values = new EnvelopeTracker(library.Envelope, segment.Metrics);
        var residuals = new EnvelopeTracker(library.Envelope, segment.Metrics);
        float[] residual = new float[segment.Metrics], evidence = new float[segment.Metrics];
        var name = source.Idle ? null : source.JobName;
        var match = new SegmentMatch(-1, -1, float.PositiveInfinity, 0, 0);
        var lines = new List<string>();
        var before = float.NaN;
        for (var t = 0; t < segment.Frames; t++)
        {
            if (library.Patterns.HeadLengths.Contains(t + 1))
                match = library.Patterns.Match(segment.Values.AsSpan(0, (t + 1) * segment.Metrics), t + 1, source.Idle, name, source.Idle ? null : "ada");
            var judged = match.Matched ? match.Pattern : library.Patterns.Expected(source.Idle, name);
            var model = library.ModelFor(judged);
            new GroupResidual(new PackedModel(model.Model), library.Groups, library.Window).Compute(segment, t, model.PatternId, residual);
            var a = values.Push(new Envelope(library.Envelope, segment.Metrics, model.Values), segment.Row(t), evidence);
            var b = residuals.Push(new Envelope(library.Envelope, segment.Metrics, model.Residuals), residual, evidence);
            var fused = Evidence.Fuse(a, b);
            var tail = library.Calibration.For(judged);
            var settled = source.TimesMs[t] - source.StartMs >= library.Settling.TotalMilliseconds;
            var alarm = settled && match.Matched && Math.Min(before, fused) > library.Thresholds.Evidence;
            before = fused;
            lines.Add(Bits(new FrameScore(
                source.TimesMs[t], t == 0 ? float.NaN : (float)tail.Surprise(fused), (float)tail.Surprise(library.Thresholds.Evidence), alarm, fused, a, b, match, judged)));
        }
        return lines;
    }

    internal static string Bits(FrameScore s)
    {
        float[] numbers = [s.Score, s.Threshold, s.Evidence, s.Values, s.Residuals, s.Match.Distance, s.Match.Confidence];
        return $"{s.TimeMs} {s.Alarm} {s.Judged} {s.Match.Pattern} {s.Match.Nearest} {s.Match.HeadFrames} {string.Join(' ', numbers.Select(BitConverter.SingleToInt32Bits))}";
    }
}
