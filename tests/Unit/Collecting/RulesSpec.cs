using Tocsin.Actors.Learning;
using Tocsin.Actors.Persistence;
using Tocsin.Inference.Growth;
using Tocsin.Shared;

namespace Tocsin.Unit.Collecting;

public sealed class RulesSpec
{
    private const long Now = 1_700_000_000_000;

    private static readonly LearnRules Rules = new() { TuneFrames = 300 };

    [Fact]
    public void Three_segments_of_a_kind_on_three_nodes_are_a_pattern_and_the_newest_is_held_out()
    {
        Judged[] all = [Stranger(1, 0), Stranger(2, 0), Stranger(3, 0), Stranger(4, 1), Known(5, 0)];
        var step = Assert.IsType<NewPattern>(Decide(all));
        Assert.Equal(["2", "1"], step.Train);
        Assert.Equal(["3"], step.Held);
        Assert.Equal("kind-0", step.JobName);
        Assert.Null(Decide(all[..2]));
        Assert.Null(Decide([Stranger(1, 0), Stranger(2, 0, node: 1), Stranger(3, 0, node: 1)]));
    }

    [Fact]
    public void What_was_tried_is_no_reason_to_try_again_and_helps_what_is_new()
    {
        Judged[] tried = [.. Enumerable.Range(1, 3).Select(i => Stranger(i, 0) with { Tried = true })];
        Assert.Null(Decide(tried));
        Assert.Null(Decide([.. tried, Stranger(4, 0), Stranger(5, 0)]));
        var step = Decide([.. tried, Stranger(4, 0), Stranger(5, 0), Stranger(6, 0)])!;
        Assert.Equal(5, step.Train.Count);
        Assert.Equal(["6"], step.Held);
    }

    [Fact]
    public void A_pattern_is_tuned_when_enough_frames_are_new_and_a_new_one_goes_first()
    {
        Judged[] known = [.. Enumerable.Range(1, 4).Select(i => Known(i, 2))];
        Assert.Equal(2, Assert.IsType<TunePattern>(Decide(known)).Pattern);
        Assert.Null(Decide(known[..3]));
        Assert.IsType<NewPattern>(Decide([.. known, Stranger(11, 0), Stranger(12, 0), Stranger(13, 0)]));
    }

    [Fact]
    public void The_first_library_waits_for_its_time_or_for_its_number_and_never_comes_of_a_handful()
    {
        Judged[] few = [.. Enumerable.Range(1, 9).Select(i => Stranger(i * 10_000, -1))];
        Assert.Null(Decide(few, hasLibrary: false));
        Judged[] day = [.. Enumerable.Range(0, 12).Select(i => Stranger(i * 8000, -1))];
        Assert.IsType<FirstLibrary>(Decide(day, hasLibrary: false));
        Assert.Null(Decide(day[..10], hasLibrary: false));
        Assert.IsType<FirstLibrary>(Decide(day[..10], hasLibrary: false, rules: Rules with { FirstSegments = 10 }));
        Assert.Null(Decide([.. day.Select(j => j with { Tried = true })], hasLibrary: false));
    }

    [Fact]
    public void Attempts_are_apart_and_a_clock_that_was_put_back_does_not_stop_them()
    {
        Judged[] all = [Stranger(1, 0), Stranger(2, 0), Stranger(3, 0)];
        Assert.Null(TrainRule.Decide(all, true, Now - 1000, Now, 4, Rules));
        Assert.NotNull(TrainRule.Decide(all, true, Now - (3600 * 1000), Now, 4, Rules));
        Assert.NotNull(TrainRule.Decide(all, true, Now + 1000, Now, 4, Rules));
    }

    [Fact]
    public void A_training_takes_what_fits_into_memory_the_newest_first()
    {
        Judged[] all = [.. Enumerable.Range(1, 40).Select(i => Stranger(i, 0))];
        var step = Decide(all, rules: Rules with { MostBytes = OpenFrames.BytesOf(100, 4) * 12 })!;
        Assert.Equal(12, step.Train.Count);
        Assert.Equal(10, step.Held.Count);
        Assert.Equal("30", step.Train[0]);
    }

    [Fact]
    public void The_oldest_of_a_pattern_go_first_then_those_of_what_takes_most_room()
    {
        var options = new CollectOptions { CadenceMs = 1000, KeptPerPattern = 3, KeptUnmatched = 5, KeptBytes = 6000 };
        Judged[] all = [.. Enumerable.Range(1, 5).Select(i => Known(i, 0)), .. Enumerable.Range(11, 4).Select(i => Stranger(i, 0))];
        Assert.Equal(["1", "2", "11"], KeptPlan.Surplus(all, options));
        Assert.Empty(KeptPlan.Surplus(all[2..8], options));
    }

    [Fact]
    public void A_new_pattern_must_fit_its_kind_tell_more_and_take_nothing_from_the_others()
    {
        TrialFigures before = new(2, 100, 2.0, 0, 0, [-1, -1]), held = new(2, 100, 1.0, 2, 0, [7, 7]), known = new(20, 1000, 0.5, 4, 4, [.. Enumerable.Repeat(1, 20)]);
        string? Refuses(TrialFigures after, TrialFigures? others = null) => TrialRule.RefusesPattern(7, before, after, known, others ?? known, Rules);
        Assert.Null(Refuses(held));
        Assert.Contains("1 of 2 held-out segments match it", Refuses(held with { Patterns = [7, -1] }));
        Assert.Contains("its error", Refuses(held with { Error = 2.0 }));
        Assert.Contains("its error", Refuses(held with { Error = double.NaN }));
        Assert.Contains("would be alarmed", Refuses(held with { Alarmed = 6 }));
        Assert.Contains("takes segments", Refuses(held, known with { Patterns = [7, 7, .. Enumerable.Repeat(1, 18)] }));
        Assert.Contains("rise", Refuses(held, known with { Raised = 5 }));
        Assert.Contains("rises", Refuses(held, known with { Error = 0.6 }));
    }

    [Fact]
    public void A_tuned_pattern_must_be_no_worse_and_a_first_library_must_fit_and_keep_quiet()
    {
        TrialFigures held = new(4, 100, 1.0, 2, 2, [0, 0, 1, 1]);
        Assert.Null(TrialRule.RefusesTuning(held, held));
        Assert.NotNull(TrialRule.RefusesTuning(held, held with { Error = 1.01 }));
        Assert.NotNull(TrialRule.RefusesTuning(held, held with { Alarmed = 3 }));
        Assert.Null(TrialRule.RefusesFirst(held, Rules));
        Assert.NotNull(TrialRule.RefusesFirst(held with { Patterns = [0, -1, -1, -1] }, Rules));
        Assert.NotNull(TrialRule.RefusesFirst(held with { Alarmed = 10 }, Rules));
    }

    [Fact]
    public void Three_jobs_on_three_nodes_confirm_a_pattern_whatever_their_order_and_the_same_ones_do_not()
    {
        var open = new Confirmation(7, 4, [], []);
        foreach (var row in (SegmentRow[])[Row(1, 1), Row(1, 1), Row(2, 1), Row(1, 2), Row(2, 2)])
            open = open.Add(row, Rules);
        Assert.Equal((2, 2, false), (open.Jobs.Count, open.Nodes.Count, open.IsEnough(Rules)));
        // Another pattern, and the same number in a version before it was that.
        Assert.Same(open, open.Add(Row(3, 3) with { Pattern = 6 }, Rules));
        Assert.Same(open, open.Add(Row(3, 3) with { LibraryVersion = 3 }, Rules));
        Assert.True(open.Add(Row(3, 3), Rules).IsEnough(Rules));
    }

    private static TrainStep? Decide(IReadOnlyList<Judged> all, bool hasLibrary = true, LearnRules? rules = null) => TrainRule.Decide(all, hasLibrary, null, Now, 4, rules ?? Rules);

    private static Judged Stranger(int number, int group, int? node = null) => new(Kept(number, $"kind-{group}", node ?? number), -1, group, false);

    private static Judged Known(int number, int pattern) => new(Kept(number, "known", number), pattern, -1, false);

    private static KeptSegment Kept(int second, string job, int node) =>
        new($"{second}", new NodeKey("hpc", $"cn{node}"), second * 1000L, (second * 1000L) + 100_000, false, job, [$"{second}"], 100, 1000);

    private static SegmentRow Row(int job, int node) => new(new NodeKey("hpc", $"cn{node}"), 0, 10, [new JobKey($"{job}", 0)], 7, 4);
}
