using Tocsin.Actors.Alerts;
using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

/// <summary>What a verdict does to the alerts after it.</summary>
public sealed class VerdictBookSpec
{
    private static readonly AlertOptions Quick = new() { Hold = TimeSpan.FromSeconds(10), Gather = TimeSpan.FromSeconds(10), Linger = TimeSpan.FromSeconds(10), ClearAfter = TimeSpan.FromSeconds(30) };

    private readonly Scene _scene = new Scene(Quick).Watch(["a", "b"]);

    [Fact]
    public void A_false_alarm_is_cleared_and_the_next_like_it_is_counted_and_not_told_until_it_is_undone()
    {
        var verdict = Judge(VerdictWord.False, Raise("a"));
        _scene.Pass(5);
        var cleared = Assert.Single(_scene.ToldOf<AlertCleared>()).Alert;
        Assert.Equal(ClearReason.Muted, cleared.Reason);
        Assert.Contains("by verdict 1 (false, ada): still scored, not told of", cleared.Evidence);
        // What it was given for is no more than it was given for.
        Assert.Equal(0, Muted);
        End("a");
        Show("a");
        Assert.Empty(_scene.Open);
        Assert.Equal(1, Muted);
        _scene.Pass(300);
        Assert.Equal(1, Muted);
        _scene.Book.Observe(verdict with { UndoneMs = _scene.NowMs, UndoneBy = "eve" });
        _scene.Pass(5);
        Assert.Equal("a", Assert.Single(_scene.Open).Labels.Node);
    }

    [Fact]
    public void Other_nodes_stronger_ones_and_other_kinds_are_told_of()
    {
        Judge(VerdictWord.False, Raise("a"));
        _scene.Pass(5);
        End("a");
        Show("b");
        _scene.Show(_scene.Finding("a", ratio: 2.5f)).Pass(15);
        Assert.Equal(["b", "a"], _scene.Open.Select(a => a.Labels.Node));
        _scene.Show(_scene.Finding("a", kind: FaultKind.Gpu, source: FindingSource.Rule, rule: "xid") with { Top = [] }).Pass(15);
        Assert.Equal(0, Muted);
    }

    [Fact]
    public void After_its_time_it_mutes_nothing()
    {
        Judge(VerdictWord.Expected, Raise("a"), untilMs: _scene.NowMs + 120_000);
        _scene.Pass(60);
        Assert.Empty(_scene.Open);
        _scene.Pass(60);
        Assert.Single(_scene.Open);
    }

    [Fact]
    public void A_crash_between_any_two_steps_changes_nothing_and_the_same_record_again_neither()
    {
        var verdict = Judge(VerdictWord.False, Raise("a"));
        _scene.Reload().Pass(5);
        _scene.Book.Observe(verdict);
        _scene.Reload().Pass(5);
        Assert.Empty(_scene.Open);
        End("a");
        _scene.Show(_scene.Finding("a"));
        for (var step = 0; step < 6; step++)
            _scene.Reload().Pass(5);
        Assert.Equal(1, Muted);
        _scene.Book.Observe(verdict with { UndoneMs = _scene.NowMs, UndoneBy = "eve" });
        // It was kept back, and comes late.
        _scene.Book.Observe(verdict);
        _scene.Reload().Pass(5);
        Assert.Single(_scene.Open);
        Assert.Equal(2, _scene.ToldOf<AlertRaised>().Count());
    }

    [Fact]
    public void A_confirmed_fault_is_told_of_to_its_end_and_again()
    {
        var first = Raise("a", 3);
        Judge(VerdictWord.Fault, first);
        _scene.Book.Observe(VerdictRulesSpec.Of(VerdictWord.Expected, VerdictScope.Site) with { Number = 2, Signs = first.Signs, GivenMs = _scene.NowMs });
        _scene.Pass(60);
        Assert.Single(_scene.Open);
        // While its alert is open it may become weaker.
        _scene.Show(_scene.Finding("a", ratio: 1.1f)).Pass(60);
        Assert.Single(_scene.Open);
        End("a");
        Show("b");
        Assert.Empty(_scene.Open);
        Show("a", 1.1f);
        Assert.Empty(_scene.Open);
        Show("a", 2.9f);
        Assert.Single(_scene.Open);
    }

    [Fact]
    public void A_jobs_alert_goes_on_with_the_nodes_that_are_not_muted()
    {
        var scene = new Scene(Quick).Watch(Scene.Names(4), "7");
        scene.Show([.. Scene.Names(4).Select(n => scene.Finding(n, "7", 4))]).Pass(20);
        var alert = Assert.Single(scene.Open);
        scene.Book.Observe(Verdict(VerdictWord.False, alert, scene) with { Nodes = ["cn0001", "cn0002"] });
        scene.Pass(600);
        Assert.Equal(["cn0003", "cn0004"], Assert.Single(scene.Open).Nodes);
    }

    [Fact]
    public void What_is_over_for_a_week_is_forgotten()
    {
        var verdict = Judge(VerdictWord.False, Raise("a"));
        _scene.Pass(5);
        End("a");
        _scene.Book.Observe(verdict with { UndoneMs = _scene.NowMs, UndoneBy = "eve" });
        _scene.Pass(6 * 86_400, 3600);
        Assert.Single(_scene.Book.State.Verdicts);
        _scene.Pass(2 * 86_400, 3600);
        Assert.Empty(_scene.Book.State.Verdicts);
    }

    private long Muted => _scene.Book.State.Verdicts[1].Muted;

    private Alert Raise(string node, float ratio = 1.5f)
    {
        Show(node, ratio);
        return Assert.Single(_scene.Open);
    }

    private void Show(string node, float ratio = 1.5f) => _scene.Show(_scene.Finding(node, ratio: ratio)).Pass(20);

    private void End(string node) => _scene.End(_scene.Finding(node)).Pass(120);

    private Verdict Judge(VerdictWord word, Alert alert, long? untilMs = null)
    {
        var verdict = Verdict(word, alert, _scene) with { UntilMs = untilMs };
        Assert.True(_scene.Book.Observe(verdict));
        return verdict;
    }

    private static Verdict Verdict(VerdictWord word, Alert alert, Scene scene) =>
        new VerdictWords(word, VerdictScope.Node, null, null, "", "ada").On(alert, scene.NowMs).Verdict! with { Number = 1 };
}
