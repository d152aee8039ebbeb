using Tocsin.Inference.Preparation;
using Tocsin.Shared;

namespace Tocsin.Unit.Preparation;

public sealed class PreparationSpec
{
    private static readonly PreparationOptions Options = new();

    [Fact]
    public void Of_two_metrics_with_one_curve_the_more_readable_name_stays()
    {
        var plan = PreparationFitter.Fit([Segments.From(["node_memory_MemFree_bytes", "memory_free", "load"], 100, t => [t % 7 * 2f, t % 7, t % 5])], Options);
        Assert.Equal(["memory_free", "load"], plan.Metrics.Select(m => m.Name));
        Assert.Equal("same curve as memory_free (r = 1.0000)", Assert.Single(plan.Dropped).Reason);
    }

    [Fact]
    public void Metrics_that_only_share_the_level_of_each_job_both_stay()
    {
        // Over both segments r is near 1; within them the two move apart.
        var calm = Segments.From(["a", "b"], 50, t => [t % 2, t / 2 % 2]);
        var busy = Segments.From(["a", "b"], 50, t => [1000 + (t % 2), 1000 + (t / 2 % 2)], startMs: 2_000_000);
        Assert.Equal(2, PreparationFitter.Fit([calm, busy], Options).Count);
    }

    [Fact]
    public void What_only_grows_is_differenced_and_a_restart_is_missing()
    {
        var plan = PreparationFitter.Fit([Segments.From(["uptime", "load"], 100, t => [t, t % 5])], Options);
        Assert.Equal(Treatment.Increase, plan.Metrics[0].Treatment);
        Assert.Equal(Treatment.Level, plan.Metrics[1].Treatment);

        var prepared = PreparedSegment.From(Segments.From(["uptime", "load"], 4, t => [t < 2 ? 500 + t : t - 2, 1]), plan);
        Assert.Equal([1, 0, 1, 0], Enumerable.Range(0, 4).Select(t => (int)prepared.Missing[t * 2]));
    }

    [Fact]
    public void A_counter_that_was_always_zero_stays_and_stands_out_when_it_moves()
    {
        var plan = PreparationFitter.Fit([Segments.From(["oom_kills", "load"], 100, t => [0, t % 5], kind: MetricKind.Rate, floor: 0.1)], Options);
        Assert.Equal(["oom_kills", "load"], plan.Metrics.Select(m => m.Name));
        var prepared = PreparedSegment.From(Segments.From(["oom_kills", "load"], 1, _ => [1, 2], kind: MetricKind.Rate), plan);
        Assert.Equal(5, prepared.Row(0)[0]);
        Assert.Equal(10, prepared.UnclippedRow(0)[0], 4);
    }

    [Fact]
    public void Five_percent_at_each_end_do_not_touch_mean_and_sigma()
    {
        var calm = Segments.From(["x", "y"], 200, t => [t % 4, t % 3]);
        var spiked = Segments.From(["x", "y"], 200, t => [t % 50 == 7 ? 1e6f : t % 4, t % 3]);
        var a = PreparationFitter.Fit([calm], Options).AllNodes;
        var b = PreparationFitter.Fit([spiked], Options).AllNodes;
        Assert.Equal(a.Mean[0], b.Mean[0], 1);
        Assert.Equal(a.Sigma[0], b.Sigma[0], 1);
    }

    [Fact]
    public void A_node_of_training_has_its_own_scale_and_a_new_one_that_of_all()
    {
        var low = Segments.From(["x", "y"], 300, t => [t % 5, t % 3], "low");
        var high = Segments.From(["x", "y"], 300, t => [100 + (t % 5), t % 3], "high");
        var plan = PreparationFitter.Fit([low, high], Options);
        Assert.Equal(2, plan.ScalingFor(new NodeKey("test", "low")).Mean[0], 1);
        Assert.Equal(102, plan.ScalingFor(new NodeKey("test", "high")).Mean[0], 1);
        Assert.Equal(52, plan.ScalingFor(new NodeKey("test", "new")).Mean[0], 1);
    }

    [Fact]
    public void Training_interpolates_up_to_the_longest_gap_and_scoring_holds_and_marks()
    {
        var gap = Segments.From(["x"], 6, t => [t is 2 or 3 ? float.NaN : t * 10]);
        Assert.Equal([0, 10, 20, 30, 40, 50], GapFilling.Interpolate(gap, 3000).Values);
        Assert.Equal(2, GapFilling.Interpolate(gap, 2000).Values.Count(float.IsNaN));

        var plan = PreparationFitter.Fit([Segments.From(["x"], 100, t => [t % 7])], Options);
        var held = PreparedSegment.From(gap, plan);
        Assert.Equal([0, 0, 1, 1, 0, 0], held.Missing.Select(m => (int)m));
        Assert.Equal(held.Unclipped[1], held.Unclipped[3]);
    }

    [Fact]
    public void What_comes_later_changes_nothing_before_it()
    {
        var plan = PreparationFitter.Fit([Segments.From(["x", "up"], 100, t => [t % 7, t])], Options);
        var whole = PreparedSegment.From(Segments.From(["x", "up"], 50, t => [t * 13 % 7, t * t]), plan);
        var cut = PreparedSegment.From(Segments.From(["x", "up"], 20, t => [t * 13 % 7, t * t]), plan);
        Assert.Equal(cut.Unclipped, whole.Unclipped[..cut.Unclipped.Length]);
        Assert.Equal(cut.Missing, whole.Missing[..cut.Missing.Length]);
    }

    [Fact]
    public void Data_of_another_kind_is_refused_with_what_is_missing()
    {
        var plan = PreparationFitter.Fit([Segments.From(["a", "b", "c"], 100, t => [t % 7, t % 5, t % 3])], Options);
        var refusal = Assert.Throws<LibraryRefusedException>(() => PreparedSegment.From(Segments.From(["a", "z"], 5, t => [t, t]), plan));
        Assert.Contains("1 of its 3", refusal.Message);
        var half = PreparedSegment.From(Segments.From(["a", "b"], 5, t => [t, t]), plan);
        Assert.All(Enumerable.Range(0, 5), t => Assert.Equal(1, half.Missing[(t * 3) + 2]));
    }

    [Fact]
    public void No_frame_is_a_clear_refusal() =>
        Assert.Contains("no frame", Assert.Throws<BadDataException>(() => PreparationFitter.Fit([], Options)).Message);
}
