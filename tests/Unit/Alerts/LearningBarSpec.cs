using Tocsin.Actors.Alerts;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class LearningBarSpec
{
    private const long Minute = 60_000;

    private readonly LearningBar _bar = new();

    [Fact]
    public void What_overlaps_an_alert_or_the_ten_minutes_before_it_is_not_learned_from()
    {
        _bar.Add(Told.Cleared(1, 2).Alert);
        Assert.Equal("alert c1-1", _bar.Why(Scene.Node("a"), Scene.StartMs - (11 * Minute), Scene.StartMs - (9 * Minute)));
        Assert.Null(_bar.Why(Scene.Node("a"), Scene.StartMs - (30 * Minute), Scene.StartMs - (10 * Minute)));
        Assert.Null(_bar.Why(Scene.Node("a"), Scene.StartMs + Minute, null));
        Assert.Null(_bar.Why(Scene.Node("b"), Scene.StartMs, null));
    }

    [Fact]
    public void An_alert_that_lasts_bars_what_comes_until_its_end_is_known()
    {
        _bar.Add(Told.Alert(1));
        Assert.NotNull(_bar.Why(Scene.Node("a"), Scene.StartMs + (1000 * Minute), null));
        _bar.Add(Told.Cleared(1, 2).Alert);
        Assert.Null(_bar.Why(Scene.Node("a"), Scene.StartMs + (1000 * Minute), null));
    }

    [Fact]
    public void An_alert_that_names_only_some_of_its_nodes_bars_them_all()
    {
        _bar.Add(Told.Alert(1) with { NodeCount = 9000 });
        Assert.NotNull(_bar.Why(Scene.Node("z"), Scene.StartMs, null));
        Assert.Null(_bar.Why(new Tocsin.Shared.NodeKey("c2", "z"), Scene.StartMs, null));
    }

    [Fact]
    public void A_false_alarm_bars_nothing_until_its_verdict_is_undone()
    {
        var verdict = VerdictRulesSpec.Of(VerdictWord.False, VerdictScope.Node) with { UntilMs = 1 };
        _bar.Add(Told.Alert(1), verdict);
        Assert.Null(_bar.Why(Scene.Node("a"), Scene.StartMs, null));
        _bar.Add(Told.Alert(1), verdict with { Alert = new AlertId("c1", 2) });
        Assert.NotNull(_bar.Why(Scene.Node("a"), Scene.StartMs, null));
        var undone = new LearningBar();
        undone.Add(Told.Alert(1), verdict with { UndoneMs = 1 });
        Assert.NotNull(undone.Why(Scene.Node("a"), Scene.StartMs, null));
    }

    [Fact]
    public void A_confirmed_fault_bars_its_time_when_its_alert_is_long_gone()
    {
        var fault = VerdictRulesSpec.Of(VerdictWord.Fault, VerdictScope.Node) with { GivenMs = Scene.StartMs + (5 * Minute) };
        _bar.Add(fault, null);
        Assert.Equal("verdict 1", _bar.Why(Scene.Node("a"), Scene.StartMs - (9 * Minute), Scene.StartMs));
        Assert.Null(_bar.Why(Scene.Node("a"), Scene.StartMs + (5 * Minute), null));
        _bar.Add(fault, Told.Alert(1));
        Assert.NotNull(_bar.Why(Scene.Node("a"), Scene.StartMs + (5 * Minute), null));
        var undone = new LearningBar();
        undone.Add(fault with { UndoneMs = 1 }, null);
        undone.Add(fault with { Word = VerdictWord.False }, null);
        Assert.Null(undone.Why(Scene.Node("a"), Scene.StartMs, null));
    }

    [Fact]
    public void A_drain_bars_its_node_and_what_is_over_can_be_forgotten()
    {
        _bar.Add(Scene.Node("a"), 100, 200, "drained");
        Assert.Equal("drained", _bar.Why(Scene.Node("a"), 0, 101));
        Assert.Null(_bar.Why(Scene.Node("a"), 0, 100));
        Assert.Null(_bar.Why(Scene.Node("a"), 200, null));
        _bar.Forget(200);
        Assert.Null(_bar.Why(Scene.Node("a"), 0, 101));
    }
}
