using Tocsin.Inference.Evaluation;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Evaluation;

public sealed class EvaluatorSpec
{
    [Theory]
    // Within the event; at its first frame; in the five seconds after its end; after them; before it.
    [InlineData("..........FFFF................", "............A.................", 1, 0)]
    [InlineData("..........FFFF................", "..........A...................", 1, 0)]
    [InlineData("..........FFFF................", "...................A..........", 1, 0)]
    [InlineData("..........FFFF................", "....................A.........", 0, 1)]
    [InlineData("..........FFFF................", ".........A....................", 0, 1)]
    // Began before and sounds on: finds nothing, is not false either.
    [InlineData("..........FFFF................", ".........AAAA.................", 0, 0)]
    // Ended long before, then a fresh one in time.
    [InlineData("..........FFFF................", "A..........A..................", 1, 1)]
    public void An_event_is_found_by_an_episode_that_starts_in_it(string truth, string alarms, int found, int falseOnes)
    {
        var report = Drawn.Report(truth, alarms);
        Assert.Equal(1, report.Own.Events);
        Assert.Equal(found, report.Own.Found);
        Assert.Equal(falseOnes, report.Own.FalseEpisodes);
    }

    [Fact]
    public void An_alarm_that_is_always_on_finds_nothing_but_what_begins_with_it()
    {
        var truth = "FFFF..........FFFF..........FFFF....";
        Assert.Equal(1, Drawn.Report(truth, new string('A', truth.Length)).Own.Found);
        truth = "." + truth;
        var report = Drawn.Report(truth, new string('A', truth.Length));
        Assert.Equal((0, 3), (report.Own.Found, report.Own.Events));
        Assert.Equal(1, report.Own.NormalAlarmed);
        Assert.Equal(1, report.Adjusted.Recall);
    }

    [Fact]
    public void Delay_rates_and_shares_are_as_drawn()
    {
        var truth = new string('.', 40) + "FFFFFFFFFF" + new string('.', 40);
        var alarms = new string('.', 10) + "AA" + new string('.', 31) + "AA" + new string('.', 8) + "A" + new string('.', 36);
        var report = Drawn.Report(truth, alarms);
        Assert.Equal(3, report.Own.DelayMedian);
        Assert.Equal(3.0 / 80, report.Own.NormalAlarmed, 12);
        Assert.Equal(1.0 / 3, report.NormalAlarmedLate, 12);
        Assert.Equal(1 / (80.0 / 3600), report.Own.FalsePerHour, 9);
        // 10 frames before, and those up to 10 s after the end, are near.
        Assert.Equal(60.0 / 3600, report.CalmHours, 9);
        Assert.Equal(1, report.CalmFalse);
    }

    [Fact]
    public void Frames_without_a_score_are_not_alarmed_and_lower_the_coverage()
    {
        var report = Drawn.Report("....FFFF....", "xx..xxxxAA..");
        Assert.Equal(6.0 / 12, report.Own.Coverage);
        // Nothing faulty is scored: it ranks level with the unscored normal frames and below the rest.
        Assert.True(report.Own.AucRoc < 0.2);
        Assert.Equal(0, report.Own.NormalAlarmed - 2.0 / 8, 12);
    }

    [Fact]
    public void Margins_leave_frames_out_on_both_sides()
    {
        var truth = new string('.', 20);
        Assert.Equal(13, Evaluate(truth, new EvalOptions { Bootstrap = 0 }).Kept);
        Assert.Equal(20, Evaluate(truth, Drawn.NoMargins).Kept);
        static EvalReport Evaluate(string truth, EvalOptions options) => Drawn.Report(truth, truth, options);
    }

    [Fact]
    public void Jobs_draw_the_margins_where_they_are_given()
    {
        var job = new JobRun("1", "x", null, Drawn.StartMs + 9_500, null, []);
        var truth = new string('.', 20);
        var report = Evaluator.Evaluate([Drawn.Segment(truth, truth)], null, [job], new EvalOptions { Bootstrap = 0 });
        // 7.5 .. 14.5 s: frames 8 to 14.
        Assert.Equal(13, report.Kept);
    }

    [Fact]
    public void The_truth_outranks_labels_and_counts_an_event_for_each_of_its_nodes()
    {
        var truth = new string('.', 30);
        FaultEvent[] faults = [new("net_flood", "x", Drawn.StartMs + 10_000, Drawn.StartMs + 14_000, []), new("job_hang", "x", Drawn.StartMs + 10_000, Drawn.StartMs + 14_000, ["cn09"])];
        var alarms = "...........A..................";
        var report = Evaluator.Evaluate([Drawn.Segment(truth, alarms), Drawn.Segment("FFFF" + truth[4..], truth, node: "cn02")], faults, null, Drawn.NoMargins);
        Assert.Equal((2, 1.0, 8L), (report.Own.Events, report.Own.Found, report.Faulty));
        Assert.Equal(["net_flood"], report.ByFault.Select(f => f.Fault));
    }

    [Fact]
    public void Frames_of_unknown_truth_are_neither_normal_nor_faulty()
    {
        var report = Drawn.Report("....????FFFF....", "....AAAA........");
        Assert.Equal((4L, 8L, 4L), (report.Unknown, report.Normal, report.Faulty));
        Assert.Equal(0, report.Own.NormalAlarmed);
    }

    [Fact]
    public void Bursts_of_a_stalled_scraper_do_not_make_an_event_long_enough()
    {
        var segment = Drawn.Segment("......FFFFF....................", "...............................");
        for (var i = 6; i < 11; i++)
            segment.TimesMs[i] = segment.TimesMs[6] + i - 6;
        Assert.Equal(0, Evaluator.Evaluate([segment], null, null, Drawn.NoMargins).Own.Events);
    }

    [Fact]
    public void Chance_stands_beside_and_a_baseline_is_cut_at_our_share()
    {
        var random = new Random(5);
        var truth = string.Concat(Enumerable.Range(0, 2000).Select(i => i % 100 is >= 60 and < 80 ? 'F' : '.'));
        var alarms = string.Concat(truth.Select(c => c == 'F' || random.NextDouble() < 0.02 ? 'A' : '.'));
        var drawn = Drawn.Segment(truth, alarms);
        var baseline = drawn.Labels.Select(l => l + random.NextDouble() * 2).ToArray();
        var segment = new ScoreSegment
        {
            Node = drawn.Node,
            Job = drawn.Job,
            TimesMs = drawn.TimesMs,
            Scores = drawn.Scores,
            Thresholds = drawn.Thresholds,
            Alarms = drawn.Alarms,
            Labels = drawn.Labels,
            Extra = [new ScoreColumn("base_pca", baseline)],
        };
        var report = Evaluator.Evaluate([segment], null, null, Drawn.NoMargins with { RandomDraws = 50, Bootstrap = 200 });
        var chance = report.References[0];
        Assert.InRange(chance.AucRoc, 0.49, 0.51);
        Assert.InRange(chance.AucPr, 0.18, 0.23);
        Assert.Equal(report.Own.NormalAlarmed, report.References.Single(m => m.Name == "base_pca").NormalAlarmed, 12);
        Assert.Equal(Ranking.Roc(baseline, [.. drawn.Labels.Select(l => l == 1)]), report.References.Single(m => m.Name == "base_pca").AucRoc, 12);
        Assert.True(report.Intervals["auc_roc"].Low < report.Own.AucRoc && report.Own.AucRoc < report.Intervals["auc_roc"].High);
    }

    [Fact]
    public void The_same_seed_gives_the_same_report()
    {
        var truth = string.Concat(Enumerable.Range(0, 900).Select(i => i % 90 is >= 60 and < 80 ? 'F' : '.'));
        var alarms = string.Concat(Enumerable.Range(0, 900).Select(i => i % 37 < 4 ? 'A' : '.'));
        var options = Drawn.NoMargins with { Bootstrap = 50 };
        var (a, b) = (Drawn.Report(truth, alarms, options), Drawn.Report(truth, alarms, options));
        Assert.Equal(a.Own, b.Own);
        Assert.Equal(a.References, b.References);
        Assert.Equal(a.Intervals, b.Intervals);
        Assert.NotEqual(a.Intervals, Drawn.Report(truth, alarms, options with { Seed = 2 }).Intervals);
    }

    [Fact]
    public void Nothing_known_is_said_in_one_line() =>
        Assert.Contains("none of 4 frames", Assert.Throws<BadDataException>(() => Drawn.Report("????", "....")).Message);
}
