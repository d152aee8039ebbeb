using Tocsin.Inference.Scoring;

namespace Tocsin.Unit.Scoring;

public sealed class EnvelopeSpec
{
    private static readonly EnvelopeOptions Options = new([1, 3], Top: 1, TrimmedShare: 0);

    [Fact]
    public void Extrema_are_those_of_the_last_rows_and_of_fewer_at_the_start()
    {
        var rolling = new RollingExtrema(2, [1, 3]);
        float[] a = [5, 1, 3, 4, 2, 9], b = [0, -1, -2, 0, 7, 3];
        var extrema = new float[RollingExtrema.Width(2, 2)];
        for (var t = 0; t < a.Length; t++)
        {
            rolling.Push([a[t], b[t]], extrema);
            var from = Math.Max(0, t - 2);
            Assert.Equal([a[t], b[t], a[t], b[t], a[from..(t + 1)].Max(), b[from..(t + 1)].Max(), a[from..(t + 1)].Min(), b[from..(t + 1)].Min()], extrema);
        }
    }

    [Fact]
    public void The_baseline_is_the_median_of_the_fifth_to_the_fifteenth_row_and_knows_only_the_past()
    {
        var baseline = new RunBaseline(1);
        var rows = new RowRing(1, RunBaseline.Last);
        for (var t = 0; t < 40; t++)
        {
            Assert.Equal(t >= 9, baseline.Known);
            // The rows 4..14 as far as they have been: 4, 5, ... with the median in the middle.
            if (t >= 9)
                Assert.Equal((4 + Math.Min(t - 1, 14)) / 2f, baseline.Median[0]);
            rows.Next()[0] = t;
            baseline.Judged(rows);
        }
    }

    [Fact]
    public void Evidence_is_how_far_all_of_the_last_rows_lie_outside_the_band()
    {
        // Mean 0 and deviation 2 of every extremum; a spike is seen by the window of one row alone.
        float[] unknown = [float.NaN, float.NaN, float.NaN, float.NaN];
        var envelope = new Envelope(Options, 1, new EnvelopeState(new float[4], [2, 2, 2, 2], unknown, unknown));
        Assert.Equal([0, (4 + 0) / 2f, (2 + 0) / 2f, (3 + 2) / 2f, (0.5f + 0) / 2], Scores(envelope, 1, [0, 8, 4, 6, -1]));
    }

    [Fact]
    public void A_band_lets_its_own_pattern_pass_and_stops_what_stays_outside()
    {
        var random = new Random(4);
        float[] Run(float level) => [.. Enumerable.Range(0, 60).Select(_ => level + (float)(random.NextDouble() - 0.5))];
        var envelope = Envelope.Fit(Options, 1, [.. Enumerable.Range(0, 6).Select(_ => new EnvelopeRun(Run(3), 5, 2))], [0.1f]);
        var calm = Scores(envelope, 1, Run(3));
        Assert.All(calm.Skip(10), s => Assert.InRange(s, 0, 3));
        var faulty = Run(3);
        for (var t = 30; t < 40; t++)
            faulty[t] += 8;
        var scores = Scores(envelope, 1, faulty);
        Assert.Equal(Options.Cap, scores[35]);
        Assert.All(scores.Skip(40 + 3), s => Assert.InRange(s, 0, 3));
    }

    [Fact]
    public void A_run_of_another_size_is_no_fault_once_its_own_baseline_is_known()
    {
        var random = new Random(4);
        float[] Run(float level) => [.. Enumerable.Range(0, 60).Select(_ => level + (float)(random.NextDouble() - 0.5))];
        var envelope = Envelope.Fit(Options, 1, [.. Enumerable.Range(0, 6).Select(_ => new EnvelopeRun(Run(3), 5, 2))], [0.1f]);
        var larger = Scores(envelope, 1, Run(6));
        Assert.All(larger[3..9], s => Assert.InRange(s, 5, 10));
        Assert.All(larger.Skip(12), s => Assert.InRange(s, 0, 4));
    }

    [Fact]
    public void A_metric_that_never_moved_is_held_against_its_floor()
    {
        var envelope = Envelope.Fit(Options, 1, [new EnvelopeRun(new float[40], 0, 0)], [0.5f]);
        Assert.All(envelope.State.Sigma, s => Assert.Equal(0.5f, s));
        var steps = new float[30];
        steps[20] = 1;
        Assert.Equal(1, Scores(envelope, 1, steps)[20]);
    }

    [Fact]
    public void No_run_at_all_gives_a_band_that_says_nothing_of_its_own()
    {
        // A run that ends before its baseline is known has no say about distances from it.
        var envelope = Envelope.Fit(Options, 1, [new EnvelopeRun([1, 2, 1, 2, 1, 2, 1], 0, 0)], [0.5f]);
        Assert.All(envelope.State.OwnMean, m => Assert.True(float.IsNaN(m)));
        Assert.All(Scores(envelope, 1, [.. Enumerable.Repeat(1.5f, 30)]), s => Assert.True(float.IsFinite(s)));
    }

    private static float[] Scores(Envelope envelope, int metrics, float[] signal)
    {
        var tracker = new EnvelopeTracker(Options, metrics);
        var evidence = new float[metrics];
        var scores = new float[signal.Length / metrics];
        for (var t = 0; t < scores.Length; t++)
            scores[t] = tracker.Push(envelope, signal.AsSpan(t * metrics, metrics), evidence);
        return scores;
    }
}
