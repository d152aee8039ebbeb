using Tocsin.Daemon.Reports;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Reports;

public sealed class ReportSpec
{
    [Fact]
    public void The_time_of_a_run_is_watched_or_says_why_not()
    {
        var scene = new ReportScene(1)
        {
            Segments = n =>
            [
                ReportScene.Segment(n, 24, 48, null, library: 0), ReportScene.Segment(n, 48, 50, null), ReportScene.Segment(n, 50, 74, null, jobs: 2), ReportScene.Segment(n, 74, 98, null),
                ReportScene.Segment(n, 98, 240),
            ],
            Alerts =
            [
                ReportScene.Alert(AlertCause.Node, 100, ["cn1"], name: "TocsinNodeSilent", until: 124), ReportScene.Alert(AlertCause.Node, 120, ["cn1"], name: "TocsinNodeDown", until: 144),
                ReportScene.Alert(AlertCause.Node, 150, ["cn2"], name: "TocsinNodeDown"),
            ],
        };
        var time = scene.Report.Nodes[0].Time;
        Assert.Equal(1, time.Shares.Values.Sum(), 9);
        double Minutes(Unwatched why) => Math.Round(240 * time.Shares.GetValueOrDefault(why), 6);
        Assert.Equal((24, 24, 2), (Minutes(Unwatched.NotSeen), Minutes(Unwatched.NoLibrary), Minutes(Unwatched.TooShort)));
        Assert.Equal((24, 24, 20, 24), (Minutes(Unwatched.Shared), Minutes(Unwatched.NoPattern), Minutes(Unwatched.NoData), Minutes(Unwatched.Down)));
        Assert.Equal(98, Minutes(Unwatched.Watched));
        Assert.Equal(172, Math.Round(240 * time.Seen, 6));
        Assert.Equal(
            ["down 10 %", "like no known pattern 10 %", "no data 8 %", "no library yet 10 %", "not watched yet 10 %", "shared with other jobs 10 %", "too short 1 %"],
            ReportText.Rest(time).Split(", ").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rules_that_fired_and_what_peers_differ_by_stand_with_their_node()
    {
        var report = new ReportScene
        {
            Alerts =
            [
                ReportScene.Alert(AlertCause.Node, 100, ["cn3"], signs: [
                    new AlertSign(FindingSource.Rule, "ecc", FaultKind.Memory, null, 0, []), new AlertSign(FindingSource.Peer, "", FaultKind.Memory, null, 2, [new("memory_used_bytes", 1)])]),
            ],
        }.Report;
        Assert.Equal(("cn3", "differs from the job's other nodes: memory_used_bytes"), (report.Nodes[0].Facts.Name, report.Nodes[0].Peers));
        Assert.Equal(["ecc"], report.Nodes[0].Rules);
        Assert.Equal("no difference found", report.Nodes[1].Peers);
        Assert.StartsWith("not compared", new ReportScene(2).Report.Nodes[0].Peers);
    }

    [Fact]
    public void The_newest_run_that_did_not_go_well_says_what_the_job_is_about()
    {
        var good = new ReportScene { State = JobState.Completed }.Report;
        var bad = new ReportScene { State = JobState.NodeFailed }.Report;
        Assert.Equal(bad.Judgement, new JobReport("c1", "7", 0, [good, bad]).Judgement);
        Assert.Equal(good.Judgement, new JobReport("c1", "7", 0, [good, good]).Judgement);
    }

    [Fact]
    public void Hostile_words_stay_words_on_the_page_and_in_the_terminal()
    {
        const string Hostile = "<script>alert(1)</script>\u001b[31m\"'&\n\u202e";
        var run = new ReportScene { JobName = Hostile, Alerts = [ReportScene.Alert(AlertCause.Node, 100, ["cn1"])] }.Facts;
        var alert = run.Alerts[0].Alert with { Summary = Hostile, Evidence = Hostile };
        var report = new JobReport(Hostile, Hostile, 0, [RunReport.Of(run with { Alerts = [new AlertFact(alert, null)] }, 15_000)]);
        var page = ReportHtml.Of(report);
        Assert.DoesNotContain("<script", page);
        Assert.Contains("&lt;script&gt;", page);
        foreach (var text in (string[])[page, ReportText.Of(report)])
            Assert.DoesNotContain(text, c => c is '\u001b' or '\u202e');
        // Nothing from elsewhere, and nothing that runs.
        Assert.DoesNotContain("http:", page);
        Assert.DoesNotContain("https:", page);
        Assert.Contains("default-src 'none'", page);
    }

    [Fact]
    public void A_node_is_drawn_with_its_alerts_and_as_much_of_its_score_as_is_remembered()
    {
        var facts = new ReportScene { Alerts = [ReportScene.Alert(AlertCause.Node, 120, ["cn1"], until: 180)] }.Facts;
        var scored = facts with { Nodes = [.. facts.Nodes.Select(n => n with { Scores = [new(ReportScene.At(120), 6, 4), new(ReportScene.At(240), 400, 4), new(ReportScene.At(60), 1, 0)] })] };
        var plot = NodePlot.Of(RunReport.Of(scored, 15_000).Nodes[0], scored);
        Assert.Contains("<rect x=\"160\" y=\"0\" width=\"80\"", plot);
        // 1.5 and 3 times the threshold, of at most 3; a threshold of 0 is none.
        Assert.Contains("points=\"160,19 320,2 \"", plot);
        Assert.DoesNotContain("polyline", NodePlot.Of(RunReport.Of(facts, 15_000).Nodes[0], facts));
    }
}
