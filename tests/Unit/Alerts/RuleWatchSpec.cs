using Tocsin.Actors.Alerts.Rules;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Alerts;

public sealed class RuleWatchSpec
{
    private readonly RuleWatch _rules = new(RuleFile.Load(null, "", Frames.Catalogued));

    [Fact]
    public void One_uncorrectable_error_is_told_and_is_over_when_its_window_is()
    {
        // One event in a scrape of 15 s is a rate of 1/15 a second.
        var told = Run("edac_uncorrectable", 15, [.. Enumerable.Repeat(0f, 3), 1 / 15f, .. Enumerable.Repeat(0f, 400)]);
        Assert.Equal(["45 memory-uncorrectable true", "3645 memory-uncorrectable false"], Ends(told));
        Assert.Equal("1 uncorrectable memory errors within 60 min (EDAC).", told[0].Says);
        Assert.Equal((FaultKind.Memory, Severity.Critical, 0L), (told[0].Kind, told[0].AtLeast!.Value, told[0].HoldMs!.Value));
    }

    [Fact]
    public void A_thousand_correctable_errors_are_a_storm_and_a_hundred_are_weather()
    {
        Assert.Empty(Run("edac_correctable", 15, [.. Enumerable.Repeat(0.4f, 160)]));
        var told = Run("edac_correctable", 15, [.. Enumerable.Repeat(1f, 100)], new RuleWatch(RuleFile.Load(null, "", null)));
        Assert.Equal("memory-correctable-storm", told[0].Rule);
        Assert.InRange(told[0].AtMs - Scene.StartMs, 1_000_000, 1_020_000);
    }

    [Fact]
    public void An_xid_that_stood_there_at_first_is_no_news_and_a_change_to_one_of_a_fault_is()
    {
        Assert.Empty(Run("gpu_xid_max", 15, [79, 79, 79]));
        var told = Run("gpu_xid_max", 15, [0, 0, 13, 79, 79, .. Enumerable.Repeat(79f, 300)], new RuleWatch(RuleFile.Load(null, "", null)), "3");
        Assert.Equal(["45 gpu-xid true", "3645 gpu-xid false"], Ends(told));
        Assert.Equal("XID 79: GPU has fallen off the bus (gpu 3).", told[0].Says);
    }

    [Fact]
    public void A_link_that_was_up_and_is_down_is_told_after_half_a_minute_until_it_is_back()
    {
        var told = Run("net_devices_up", 15, [2, 2, 1, 1, 1, 1, 2, 2]);
        Assert.Equal(["60 link-down true", "90 link-down false"], Ends(told));
        Assert.Equal(("1 devices network links up, 2 devices before.", Scene.StartMs + 30_000), (told[0].Says.Replace("1 network", "1 devices network"), told[0].SinceMs));
    }

    [Fact]
    public void A_port_that_was_never_up_is_nobodys_loss()
    {
        Assert.Empty(Run("ib_state_min", 15, [1, 1, 1, 1, 1, 1]));
        Assert.Equal(["75 fabric-port-down true"], Ends(Run("ib_state_min", 15, [4, 4, 4, 1, 1, 1], new RuleWatch(RuleFile.Load(null, "", null)))));
    }

    [Fact]
    public void A_filesystem_that_becomes_read_only_is_told_and_those_that_always_were_are_not()
    {
        var told = Run("fs_readonly", 15, [2, 2, 2, 3, 3, 3, 3]);
        Assert.Equal(["75 filesystem-readonly true"], Ends(told));
        Assert.Equal("3 mounts read-only, 2 mounts before: the kernel has given up writing.", told[0].Says);
    }

    [Fact]
    public void After_a_boot_what_the_node_once_showed_says_nothing()
    {
        Run("net_devices_up", 15, [2, 2]);
        _rules.Renew();
        Assert.Empty(Run("net_devices_up", 15, [1, 1, 1, 1, 1], _rules, from: 2));
    }

    [Fact]
    public void A_missing_value_ends_nothing_until_it_has_been_missing_for_long()
    {
        var told = Run("raid_disks_failed", 60, [1, .. Enumerable.Repeat(float.NaN, 30)]);
        Assert.Equal(["0 raid-disk-failed true", "900 raid-disk-failed false"], Ends(told).Where(t => !t.StartsWith("300") && !t.StartsWith("600")));
    }

    [Fact]
    public void What_a_job_change_or_time_makes_worth_it_is_told_again_with_its_first_onset()
    {
        var schema = Frames.Schema("raid_disks_failed");
        var first = Assert.Single(_rules.Step(Frames.In("7"), Frames.Of(schema, 0, 1)));
        Assert.Empty(_rules.Step(Frames.In("7"), Frames.Of(schema, 15, 1)));
        var moved = Assert.Single(_rules.Step(Frames.In("8"), Frames.Of(schema, 30, 1)));
        Assert.Equal((Scene.Job("8"), first.SinceMs), (moved.Job!.Value, moved.SinceMs));
        Assert.Empty(_rules.Step(Frames.In("8"), Frames.Of(schema, 300, 1)));
        Assert.Single(_rules.Step(Frames.In("8"), Frames.Of(schema, 330, 1)));
    }

    [Fact]
    public void A_rule_that_is_no_more_ends_what_it_found()
    {
        var schema = Frames.Schema("raid_disks_failed");
        _rules.Step(Frames.Idle, Frames.Of(schema, 0, 1));
        var over = Assert.Single(new RuleWatch(RuleSet.None, _rules.States).Step(Frames.Idle, Frames.Of(schema, 15, 1)));
        Assert.Equal((false, "raid-disk-failed"), (over.Active, over.Rule));
    }

    [Fact]
    public void Rules_loaded_from_their_states_go_on_as_if_nothing_had_happened()
    {
        var random = new Random(4);
        var schema = Frames.Schema("edac_uncorrectable", "net_devices_up", "gpu_xid_max", "fs_readonly");
        var (kept, reloaded) = (new RuleWatch(RuleFile.Load(null, "", null)), new RuleWatch(RuleFile.Load(null, "", null)));
        var told = 0;
        for (var t = 0; t < 3000; t++)
        {
            var frame = Frames.Of(schema, t * 15, random.Next(200) == 0 ? 0.1f : 0, random.Next(50) == 0 ? 1 : 2, random.Next(40) == 0 ? 79 : random.Next(20) == 0 ? float.NaN : 0, random.Next(3));
            var a = kept.Step(Frames.In($"{t / 500}"), frame);
            Assert.Equal(a.Select(Plain), reloaded.Step(Frames.In($"{t / 500}"), frame).Select(Plain));
            told += a.Count;
            reloaded = new RuleWatch(RuleFile.Load(null, "", null), reloaded.States.Select(Scene.Again));
        }
        Assert.InRange(told, 20, 3000);
    }

    private List<Finding> Run(string metric, int cadence, float[] values, RuleWatch? rules = null, string? device = null, int from = 0)
    {
        var schema = Frames.Schema(metric);
        return [.. values.SelectMany((v, i) => (rules ?? _rules).Step(Frames.Idle, Scene.StartMs + ((from + i) * cadence * 1000L), schema, [v], [device]))];
    }

    /// <summary>Without the list, which records compare by reference.</summary>
    private static Finding Plain(Finding finding) => finding with { Top = [] };

    private static IEnumerable<string> Ends(List<Finding> told)
    {
        var active = new Dictionary<string, bool>();
        foreach (var finding in told)
        {
            if (active.GetValueOrDefault(finding.Rule) != finding.Active)
                yield return $"{(finding.AtMs - Scene.StartMs) / 1000} {finding.Rule} {(finding.Active ? "true" : "false")}";
            active[finding.Rule] = finding.Active;
        }
    }
}
