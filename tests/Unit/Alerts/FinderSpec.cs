using Tocsin.Actors.Alerts.Findings;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class FinderSpec
{
    private FinderState _state = FinderState.Nothing;

    [Fact]
    public void One_alarmed_frame_opens_nothing_and_two_of_three_do_with_the_onset_of_the_first()
    {
        Assert.Empty(Feed(0, 0, 9, 0, 0, 9, 0));
        var opened = Assert.Single(Feed(9, 0, 9));
        Assert.Equal((true, FaultKind.Memory, FindingSource.Model), (opened.Active, opened.Kind, opened.Source));
        Assert.Equal(opened.AtMs - 30_000, opened.SinceMs);
    }

    [Fact]
    public void A_score_that_rides_on_the_threshold_does_not_flap()
    {
        Feed(9, 9);
        Assert.Empty(Feed(3.9f, 4.1f, 3.5f, 3.9f, 4.1f, 3.3f));
        var over = Assert.Single(Feed(1, 1, 1, 1));
        Assert.False(over.Active);
        Assert.Null(_state.Sent);
    }

    [Fact]
    public void It_is_told_again_when_it_is_half_as_bad_again_or_after_five_minutes()
    {
        Feed(5, 5);
        Assert.Empty(Feed(6, 7, 7.4f));
        Assert.Equal(9f, Assert.Single(Feed(9)).Score);
        Assert.Single(Feed([.. Enumerable.Repeat(9f, 21)]));
    }

    [Fact]
    public void A_segment_that_no_pattern_fits_has_scores_and_no_alarms_and_ends_it()
    {
        Feed(9, 9);
        var told = new List<Finding>();
        for (var i = 0; i < 20; i++)
            told.AddRange(Step(new NodeScore(_ms += 15_000, 9, 4, false, [])));
        Assert.False(Assert.Single(told).Active);
    }

    [Fact]
    public void Frames_without_a_score_say_nothing()
    {
        Feed(9, 9);
        Assert.Empty(Feed([.. Enumerable.Repeat(float.NaN, 100)]));
        Assert.NotNull(_state.Sent);
    }

    [Fact]
    public void A_state_comes_back_from_its_bytes()
    {
        Feed(9, 9, 3);
        var again = Scene.Again(_state);
        Assert.Equal(_state with { Sent = null }, again with { Sent = null });
        Assert.Equal(_state.Sent! with { Top = [] }, again.Sent! with { Top = [] });
        Assert.Equal(FinderState.Nothing, Scene.Again(FinderState.Nothing));
    }

    private long _ms = Scene.StartMs;

    private List<Finding> Feed(params float[] scores) => [.. scores.SelectMany(s => Step(new NodeScore(_ms += 15_000, s, 4, s > 4, [])))];

    private IEnumerable<Finding> Step(NodeScore score)
    {
        (_state, var told) = ScoreFinder.Step(_state, Frames.In("7"), FindingSource.Model, score, () => [Scene.Memory], FinderOptions.Usual);
        return told is null ? [] : [told];
    }
}
