using Tocsin.Actors.Alerts.Verdicts;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class VerdictRulesSpec
{
    private static readonly AlertSign Sign = new(FindingSource.Model, "", FaultKind.Memory, 4, 2, [new("mem", 0.7f), new("swap", 0.2f)]);

    private static readonly AlertSign RuleSign = new(FindingSource.Rule, "ecc", FaultKind.Memory, null, 0, [new("edac", 1)]);

    [Theory]
    [InlineData(VerdictScope.Node, "a", 4, true)]
    [InlineData(VerdictScope.Node, "b", 4, false)]
    [InlineData(VerdictScope.Pattern, "b", 4, true)]
    [InlineData(VerdictScope.Pattern, "a", 5, false)]
    [InlineData(VerdictScope.Pattern, "a", null, false)]
    [InlineData(VerdictScope.Site, "b", 5, true)]
    public void A_scope_says_where_it_holds(VerdictScope scope, string node, int? pattern, bool mutes)
    {
        foreach (var word in (VerdictWord[])[VerdictWord.False, VerdictWord.Expected])
            Assert.Equal(mutes, VerdictRules.Mutes(Of(word, scope), node, Sign with { Pattern = pattern }));
        Assert.False(VerdictRules.Mutes(Of(VerdictWord.Fault, scope), node, Sign with { Pattern = pattern }));
    }

    [Theory]
    [InlineData(3f, true, true)]
    [InlineData(3.1f, false, true)]
    public void A_false_alarm_is_told_of_again_when_it_is_more_than_half_as_strong_again_and_what_is_expected_never(float ratio, bool whereFalse, bool whereExpected)
    {
        Assert.Equal(whereFalse, VerdictRules.Mutes(Of(VerdictWord.False, VerdictScope.Node), "a", Sign with { Ratio = ratio }));
        Assert.Equal(whereExpected, VerdictRules.Mutes(Of(VerdictWord.Expected, VerdictScope.Node), "a", Sign with { Ratio = ratio }));
    }

    [Fact]
    public void The_same_is_one_source_and_rule_and_of_scores_one_kind_or_one_leading_metric()
    {
        bool Mutes(AlertSign sign) => VerdictRules.Mutes(Of(VerdictWord.False, VerdictScope.Site) with { Signs = [Sign, RuleSign] }, "b", sign);
        Assert.True(Mutes(Sign with { Kind = FaultKind.Unknown }));
        Assert.True(Mutes(Sign with { Top = [new("other", 1)] }));
        Assert.False(Mutes(Sign with { Kind = FaultKind.Cpu, Top = [new("other", 1)] }));
        Assert.False(Mutes(Sign with { Kind = FaultKind.Cpu, Top = [] }));
        Assert.False(Mutes(Sign with { Source = FindingSource.Peer }));
        Assert.True(Mutes(RuleSign with { Top = [] }));
        Assert.False(Mutes(RuleSign with { Rule = "xid" }));
        Assert.False(Mutes(new AlertSign(FindingSource.Silence, "", FaultKind.Unreachable, null, 0, [])));
    }

    [Theory]
    [InlineData(3.2f, 0.7f, true)]
    [InlineData(3.4f, 0.7f, false)]
    [InlineData(9f, 1f, true)]
    public void Without_a_masked_metric_the_others_must_not_reach_the_threshold(float ratio, float share, bool mutes)
    {
        var verdict = Of(VerdictWord.False, VerdictScope.Metric) with { Metric = "mem" };
        Assert.Equal(mutes, VerdictRules.Mutes(verdict, "b", Sign with { Ratio = ratio, Kind = FaultKind.Cpu, Top = [new("mem", share), new("swap", 1 - share)] }));
        Assert.False(VerdictRules.Mutes(verdict, "b", Sign with { Top = [new("swap", 1)] }));
        Assert.False(VerdictRules.Mutes(verdict, "b", RuleSign));
        Assert.True(VerdictRules.Mutes(verdict, "b", RuleSign with { Top = [new("mem", 1)] }));
    }

    [Theory]
    [InlineData("a", 1.9f, true)]
    [InlineData("a", 1.2f, false)]
    [InlineData("b", 9f, false)]
    public void A_confirmed_fault_protects_its_nodes_from_its_strength_on(string node, float ratio, bool protects) =>
        Assert.Equal(protects, VerdictRules.Protects(Of(VerdictWord.Fault, VerdictScope.Node), node, Sign with { Ratio = ratio }));

    [Fact]
    public void A_verdict_hides_a_fault_when_it_would_mute_any_of_what_it_was_confirmed_by()
    {
        var fault = Of(VerdictWord.Fault, VerdictScope.Node) with { Signs = [Sign, RuleSign] };
        Assert.True(VerdictRules.Hides(Of(VerdictWord.False, VerdictScope.Site), fault));
        Assert.True(VerdictRules.Hides(Of(VerdictWord.Expected, VerdictScope.Metric) with { Metric = "edac" }, fault));
        Assert.False(VerdictRules.Hides(Of(VerdictWord.False, VerdictScope.Node) with { Nodes = ["b"] }, fault));
        Assert.False(VerdictRules.Hides(fault, fault));
    }

    [Fact]
    public void A_preview_counts_what_it_would_have_muted_whole_and_leaves_what_was_merged_to_the_other()
    {
        Alert Shown(long number, string node, params AlertSign[] signs) => Told.Alert(number, node: node) with { Signs = signs };
        var verdict = Of(VerdictWord.False, VerdictScope.Site);
        var fault = Of(VerdictWord.Fault, VerdictScope.Node) with { Alert = new AlertId("c1", 9), Nodes = ["z"] };
        var preview = VerdictPreview.Of(
            verdict,
            [
                Shown(6, "a", Sign), Shown(5, "b", Sign, RuleSign), Shown(4, "c", Sign with { Ratio = 9 }), Shown(3, "d", Sign) with { Reason = ClearReason.Merged, ClearedMs = 1 },
                Shown(2, "e", Sign) with { ClearedMs = 1 }, Shown(1, "z", Sign),
            ],
            [fault]);
        Assert.Equal([6, 2], preview.Removed.Select(a => a.Id.Number));
        Assert.Equal((1, 5), (preview.Open, preview.Seen));
        Assert.Equal([fault], preview.Hidden);
    }

    [Fact]
    public void Words_that_do_not_fit_the_alert_are_refused_with_what_would()
    {
        var alert = Told.Alert(1) with { Signs = [Sign] };
        var words = new VerdictWords(VerdictWord.False, VerdictScope.Node, null, null, "", "ada");
        string? Problem(VerdictWords said, Alert? on = null) => said.On(on ?? alert, 1000).Problem;
        Assert.Null(Problem(words));
        Assert.StartsWith("until: ", Problem(words with { UntilMs = 1000 }));
        Assert.StartsWith("until: ", Problem(words with { Word = VerdictWord.Fault, UntilMs = 2000 }));
        Assert.StartsWith("scope: ", Problem(words, alert with { NodeCount = 5000 }));
        Assert.StartsWith("scope: ", Problem(words with { Scope = VerdictScope.Pattern }, alert with { Signs = [RuleSign] }));
        Assert.StartsWith("scope: ", Problem(words with { Scope = VerdictScope.Metric }, alert with { Signs = [RuleSign with { Top = [] }] }));
        Assert.Equal("metric: expected one that c1-1 names: mem, swap", Problem(words with { Scope = VerdictScope.Metric, Metric = "x" }));
        Assert.Equal("mem", (words with { Scope = VerdictScope.Metric }).On(alert, 1000).Verdict!.Metric);
        Assert.Equal("swap", (words with { Scope = VerdictScope.Metric, Metric = "swap" }).On(alert, 1000).Verdict!.Metric);
    }

    [Fact]
    public void What_a_verdict_does_is_a_sentence()
    {
        Assert.Equal("Not told of on a: scores (memory, most of it mem), up to 3 times the threshold.", VerdictText.Does(Of(VerdictWord.False, VerdictScope.Node)));
        Assert.Equal("Not told of in pattern 4: scores (memory, most of it mem), however high.", VerdictText.Does(Of(VerdictWord.Expected, VerdictScope.Pattern)));
        Assert.Equal("Not told of on any node: rule ecc.", VerdictText.Does(Of(VerdictWord.False, VerdictScope.Site) with { Signs = [RuleSign] }));
    }

    internal static Verdict Of(VerdictWord word, VerdictScope scope) => new()
    {
        Number = 1,
        Alert = new AlertId("c1", 1),
        Word = word,
        Scope = scope,
        Nodes = ["a"],
        Patterns = [4],
        Signs = [Sign],
        SinceMs = Scene.StartMs,
        Who = "ada",
        GivenMs = Scene.StartMs,
    };
}
