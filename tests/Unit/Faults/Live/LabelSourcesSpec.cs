using Tocsin.Actors.Faults.Labels;
using Tocsin.Inference.Faults;
using Tocsin.Shared;
using Tocsin.Shared.Flow;
using Tocsin.Unit.Alerts;

namespace Tocsin.Unit.Faults.Live;

/// <summary>A label speaks of the nodes that somebody spoke of, and of no other node of the same alert.</summary>
public sealed class LabelSourcesSpec
{
    private const string Rule = "memory-uncorrectable";

    private readonly Scene _scene = new();

    [Fact]
    public void Of_a_jobs_alert_only_the_node_that_the_rule_fired_on_is_labelled()
    {
        var alert = JobsAlert();
        Assert.Equal(4, alert.NodeCount);
        var label = Assert.Single(LabelSources.Of(alert, _scene.NowMs));
        Assert.Equal(("cn0002", LabelOrigin.Rule, FaultClass.Ram, Rule), (label.Node, label.Origin, label.Fault, label.Who));
        // Of the others nothing is known, and that is not healthy.
        var book = new LabelBook();
        book.Take(label);
        Assert.Null(book.Of(Scene.Node("cn0003"), Scene.StartMs, _scene.NowMs + 1, out var spoken));
        Assert.False(spoken);
    }

    [Fact]
    public void A_rule_that_fires_on_another_node_of_an_open_alert_labels_that_node_from_then_on()
    {
        JobsAlert();
        _scene.Pass(30);
        var second = _scene.NowMs;
        _scene.Show(Ecc("cn0003")).Pass(6 * 60);
        var labels = LabelSources.Of(_scene.Open.Single(), _scene.NowMs).ToDictionary(l => l.Node, l => l.FromMs);
        Assert.Equal(["cn0002", "cn0003"], labels.Keys.Order());
        Assert.Equal((Scene.StartMs, second), (labels["cn0002"], labels["cn0003"]));
    }

    [Fact]
    public void A_rule_that_fired_since_the_last_revision_is_in_the_last_one()
    {
        JobsAlert();
        var shown = Ecc("cn0004");
        // Too few for a revision of its own, and over before the next one.
        _scene.Show(shown).Pass(10).End([shown, Ecc("cn0002"), .. Scene.Names(4).Select(n => _scene.Finding(n, "7", 4))]).Pass(3600);
        var cleared = Assert.Single(_scene.ToldOf<AlertCleared>()).Alert;
        Assert.Equal(["cn0002", "cn0004"], LabelSources.Of(cleared, _scene.NowMs).Select(l => l.Node).Order());
        Assert.All(LabelSources.Of(cleared, _scene.NowMs), l => Assert.Equal(cleared.ClearedMs, l.UntilMs));
    }

    [Fact]
    public void What_fired_where_survives_the_store()
    {
        var alert = JobsAlert();
        Assert.Equal([new RuleFired(Rule, FaultKind.Memory, "cn0002", Scene.StartMs)], Scene.Again(alert).Fired);
    }

    [Fact]
    public void An_alert_from_before_it_was_kept_labels_its_only_node_and_of_several_none()
    {
        var one = Told.Alert(1) with { Signs = [new AlertSign(FindingSource.Rule, Rule, FaultKind.Memory, null, 0, [])] };
        Assert.Equal("a", Assert.Single(LabelSources.Of(one, 5)).Node);
        Assert.Empty(LabelSources.Of(one with { Nodes = ["a", "b"], NodeCount = 2 }, 5));
        Assert.Empty(LabelSources.Of(one with { Signs = [] }, 5));
    }

    [Fact]
    public void A_verdict_labels_the_nodes_that_it_names_and_not_who_joined_the_alert_later()
    {
        var alert = JobsAlert();
        var verdict = Of(VerdictWord.Fault, "cn0001", "cn0002");
        Assert.Equal(["cn0001", "cn0002"], LabelSources.Of(verdict, alert, _scene.NowMs).Select(l => l.Node));
        Assert.All(LabelSources.Of(verdict, alert, _scene.NowMs), l => Assert.Equal((FaultClass.Ram, LabelOrigin.Operator), (l.Fault, l.Origin)));
        // More nodes than a verdict can name: it names none.
        Assert.Empty(LabelSources.Of(Of(VerdictWord.False), alert, _scene.NowMs));
    }

    [Fact]
    public void A_false_alarm_is_healthy_until_it_was_judged_and_not_for_what_came_after()
    {
        var alert = Told.Alert(1) with { ClearedMs = Scene.StartMs + 900_000, Reason = ClearReason.Over };
        Assert.Equal(Scene.StartMs + 60_000, Assert.Single(LabelSources.Of(Of(VerdictWord.False, "a"), alert, 0)).UntilMs);
        Assert.Equal(alert.ClearedMs, Assert.Single(LabelSources.Of(Of(VerdictWord.Fault, "a"), alert, 0)).UntilMs);
    }

    private static Verdict Of(VerdictWord word, params string[] nodes) => new()
    {
        Number = 1,
        Alert = new AlertId("c1", 1),
        Word = word,
        Scope = VerdictScope.Node,
        Nodes = nodes,
        Signs = [],
        SinceMs = Scene.StartMs,
        Who = "eve",
        GivenMs = Scene.StartMs + 60_000,
    };

    /// <summary>Four nodes of a job above their thresholds; on one of them memory reports an uncorrectable error.</summary>
    private Alert JobsAlert()
    {
        _scene.Watch(Scene.Names(4), "7");
        _scene.Show([.. Scene.Names(4).Select(n => _scene.Finding(n, "7", 4)), Ecc("cn0002")]).Pass(120);
        return Assert.Single(_scene.Open);
    }

    private Finding Ecc(string node) => _scene.Finding(node, "7", 4, source: FindingSource.Rule, rule: Rule);
}
