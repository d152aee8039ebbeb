using Tocsin.Inference.Learning;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Learning;

public sealed class BatchScorerSpec
{
    private const int Frames = 24;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_batch_of_any_mix_on_any_number_of_threads_gives_the_bits_of_one_at_a_time(int threads)
    {
        ScoringLibrary one = ScorerRun.Treated(), other = new(SmallRecording.Library.Value);
        var segments = Enumerable.Range(0, 21).Select(i => (Library: i % 4 == 0 ? other : one, Segment: SegmentScorerSpec.Damaged(100 + i, Frames))).ToList();
        using var alone = new BatchScorer(1);
        var expected = segments.Select(s => Alone(s.Library, s.Segment, alone)).ToList();

        using var batches = new BatchScorer(threads);
        var runs = segments.Select(s => new ScorerRun(s.Library, s.Segment, batches)).ToList();
        var batch = new InferenceBatch();
        for (var t = 0; t < Frames; t++)
        {
            batch.Clear();
            for (var i = 0; i < runs.Count; i++)
            {
                runs[i].Scorer.Push(runs[i].Row(t), segments[i].Segment.TimesMs[t]);
                batch.Add(runs[i].Scorer);
            }
            batches.Run(batch);
            for (var i = 0; i < runs.Count; i++)
                Assert.Equal(expected[i][t], SegmentScorerSpec.Bits(runs[i].Scorer.Complete(batch.Residual(i), runs[i].Scratch)));
        }
    }

    [Fact]
    public void A_frame_of_a_segment_whose_match_is_final_allocates_nothing()
    {
        var library = new ScoringLibrary(SmallRecording.Library.Value);
        using var batches = new BatchScorer(1);
        var segment = SmallRecording.Of("solver", 400, 3);
        var run = new ScorerRun(library, segment, batches);
        var rows = Enumerable.Range(0, segment.Frames).Select(run.Row).ToArray();
        var batch = new InferenceBatch();
        long Frame(int t)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run.Scorer.Push(rows[t], segment.TimesMs[t]);
            batch.Clear();
            batch.Add(run.Scorer);
            batches.Run(batch);
            run.Scorer.Complete(batch.Residual(0), run.Scratch);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var longest = library.Library.Patterns.HeadLengths[^1];
        for (var t = 0; t < longest + 20; t++)
            Frame(t);
        Assert.All(Enumerable.Range(longest + 20, 60), t => Assert.Equal(0, Frame(t)));
    }

    private static List<string> Alone(ScoringLibrary library, Segment segment, BatchScorer batches)
    {
        var run = new ScorerRun(library, segment, batches);
        return [.. Enumerable.Range(0, segment.Frames).Select(t => SegmentScorerSpec.Bits(run.Score(t)))];
    }
}
