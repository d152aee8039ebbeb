using Tocsin.Actors.Alerts.Rules;
using Tocsin.Daemon.Benches.Fuzzing;
using Tocsin.Shared;

namespace Tocsin.Unit.Alerts;

public sealed class RuleFileSpec
{
    private const string Head = "version: 1\nrules:\n- name: mine\n  metric: raid_disks_failed\n  severity: info\n  kind: disk\n  says: a {value}\n";

    [Fact]
    public void Our_rules_speak_of_metrics_that_the_catalogue_has() =>
        Assert.Equal(17, RuleFile.Load(null, "", Frames.Catalogued).Rules.Count);

    [Theory]
    [InlineData("  abov: 1", "own.yaml: line 8: a rule has no key 'abov'; the nearest is 'above'")]
    [InlineData("  above: 1\n  below: 0", "own.yaml: line 3: rule 'mine': above and below: exactly one of above, below, increase, gained, lost, changed_to")]
    [InlineData("", "own.yaml: line 3: rule 'mine': no condition: exactly one of")]
    [InlineData("  above: one", "own.yaml: line 3: rule 'mine': above: 'one' is no number")]
    [InlineData("  above: NaN", "own.yaml: line 3: rule 'mine': above: 'NaN' is no number")]
    [InlineData("  gained: 0", "own.yaml: line 3: rule 'mine': gained: a number over 0")]
    [InlineData("  above: 1\n  for: 8d", "own.yaml: line 3: rule 'mine': for: '8d' is no duration from 0 s to 7 d, such as 30s, 5m, 1h")]
    [InlineData("  above: 1\n  within: 5m", "own.yaml: line 3: rule 'mine': within: does not go with 'above'")]
    [InlineData("  increase: 1\n  within: 5m", "own.yaml: line 3: rule 'mine': increase: 'raid_disks_failed' is no rate; use gained")]
    [InlineData("  changed_to: {x: y}\n  within: 5m", "own.yaml: line 8: rule 'mine': changed_to: 'x': a whole number and its meaning in 1 to 120 characters, once")]
    [InlineData("  above: 1\n  above: 2", "own.yaml: line 9: 'above' stands twice")]
    [InlineData("  above: 1\n- 7", "own.yaml: line 9: a rule is no mapping of name, metric,")]
    [InlineData("  above: &a 1", "own.yaml: line 8: anchors and aliases are not taken: write the value out")]
    [InlineData("  above: !!int 1", "own.yaml: line 8: tags are not taken")]
    [InlineData("  above: 1\n---\na: 1", "own.yaml: line 9: a second document")]
    public void What_is_no_rule_is_refused_with_its_line_and_what_may_stand_there(string rest, string why) =>
        Assert.StartsWith(why, Assert.Throws<BadDataException>(() => RuleFile.Parse(Head + rest + "\n", "own.yaml", Frames.Catalogued)).Message);

    [Theory]
    [InlineData("metric: raid_disks_failed", "metric: raid_disk_failed", "metric: the catalogue has no 'raid_disk_failed'; the nearest is 'raid_disks_failed', or add 'unlisted: true'")]
    [InlineData("severity: info", "severity: dire", "severity: 'dire' is none of info, warning, critical")]
    [InlineData("says: a {value}", "says: a {val}", "says: no place '{val}'; the nearest is 'value'")]
    [InlineData("name: mine", "name: Mine", "name: 'Mine' is no name")]
    [InlineData("version: 1", "version: 2", "version: '2' is not 1")]
    [InlineData("rules:", "rulez:", "the file has no key 'rulez'; the nearest is 'rules'")]
    public void A_mistyped_word_is_told_with_the_nearest_one(string right, string wrong, string why) =>
        Assert.Contains(why, Assert.Throws<BadDataException>(() => RuleFile.Parse((Head + "  above: 1\n").Replace(right, wrong, StringComparison.Ordinal), "own.yaml", Frames.Catalogued)).Message);

    [Fact]
    public void A_sites_file_replaces_adds_and_leaves_out()
    {
        var own = Head.Replace("mine", "oom-kill", StringComparison.Ordinal) + "  above: 1\n- name: new\n  metric: my_gauge\n  unlisted: true\n  below: 0\n  severity: info\n  kind: unknown\n  says: x\ndisable: [link-slow]\n";
        var rules = RuleFile.Load(own, "own.yaml", Frames.Catalogued).Rules;
        Assert.Equal("raid_disks_failed", rules.Single(r => r.Name == "oom-kill").Metric);
        Assert.Contains(rules, r => r.Name == "new");
        Assert.DoesNotContain(rules, r => r.Name == "link-slow");
        Assert.Equal(17, rules.Count);
        Assert.Contains("disable: no rule 'link-slwo'; the nearest is 'link-slow'",
            Assert.Throws<BadDataException>(() => RuleFile.Load(own.Replace("[link-slow]", "[link-slwo]", StringComparison.Ordinal), "own.yaml", null)).Message);
    }

    [Fact]
    public void A_deep_or_a_large_file_is_refused()
    {
        Assert.Contains("levels deep", Assert.Throws<BadDataException>(() => RuleFile.Parse(new string('[', 100_000), "own.yaml", null)).Message);
        Assert.Contains("larger than", Assert.Throws<BadDataException>(() => RuleFile.Parse(new string(' ', 2_000_000), "own.yaml", null)).Message);
    }

    [Fact]
    public void Any_text_is_rules_or_refused_in_one_line()
    {
        for (var seed = 0; seed < 3000; seed++)
            RuleFileFuzz.Once(seed);
    }
}
