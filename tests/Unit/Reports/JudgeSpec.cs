using Tocsin.Daemon.Reports;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Reports;

public sealed class JudgeSpec
{
    private static readonly string[] All = ["cn1", "cn2", "cn3", "cn4"];

    [Fact]
    public void One_node_in_trouble_among_others_that_are_well_is_the_node()
    {
        var judged = new ReportScene { Alerts = [ReportScene.Alert(AlertCause.Node, 200, ["cn2"])] }.Judged;
        Assert.Equal((Blame.Node, "The node: cn2: trouble (memory), 40 min before the end; the job's other 3 nodes show nothing of it."), (judged.Blame, judged.Sentence));
        Assert.Equal("Alert c1-1: cn2: trouble.", judged.Reasons[0]);
        Assert.Equal("100 % of the run was watched by the model of a pattern; of 100 % there are data for rules and the comparison of nodes.", judged.Reasons[^1]);
    }

    [Fact]
    public void A_node_that_was_in_trouble_before_the_job_began_is_named_as_such_and_a_job_that_completed_all_the_same_too() => Assert.Equal(
        "The node: cn2: trouble (memory), since before the job began; the job's other 3 nodes show nothing of it; the job completed all the same.",
        new ReportScene { State = JobState.Completed, Alerts = [ReportScene.Alert(AlertCause.Node, -5, ["cn2"])] }.Judged.Sentence);

    [Fact]
    public void All_nodes_with_the_same_are_the_code()
    {
        var judged = new ReportScene { Alerts = [ReportScene.Alert(AlertCause.Job, 120, All)] }.Judged;
        Assert.Equal((Blame.Code, "The code: all 4 nodes show the same (memory), 2 h before the end, so no single node."), (judged.Blame, judged.Sentence));
    }

    [Fact]
    public void What_is_shared_outweighs_what_single_nodes_show()
    {
        var judged = new ReportScene { Alerts = [ReportScene.Alert(AlertCause.Node, 100, ["cn1"]), ReportScene.Alert(AlertCause.Shared, 120, ["cn1", "other"], kind: FaultKind.Filesystem)] }.Judged;
        Assert.Equal(Blame.Shared, judged.Blame);
        Assert.StartsWith("Something shared: cn1: trouble (filesystem), 2 h before the end", judged.Sentence);
    }

    [Fact]
    public void Slurms_word_that_a_node_failed_is_the_node_with_what_came_before()
    {
        var scene = new ReportScene
        {
            State = JobState.NodeFailed,
            Alerts = [ReportScene.Alert(AlertCause.Node, 210, ["cn3"]), ReportScene.Alert(AlertCause.Node, 238, ["cn3"], kind: FaultKind.Unreachable, name: "TocsinNodeDown")],
        };
        Assert.Equal("The node: cn3 went down; before that: cn3: trouble (memory), 30 min before the end.", scene.Judged.Sentence);
        Assert.Equal((Blame.Node, "The node: a node of it failed, says Slurm."), ((scene with { Alerts = [] }).Judged.Blame, (scene with { Alerts = [] }).Judged.Sentence));
    }

    [Theory]
    [InlineData(JobState.Completed, "Nothing", "Nothing was wrong: it completed, and its 4 nodes show nothing unusual.")]
    [InlineData(JobState.Failed, "Code", "The code: it failed, and its 4 nodes show nothing unusual.")]
    [InlineData(JobState.OutOfMemory, "Code", "The code: Slurm ended it because it took more memory than it was given; its 4 nodes show nothing unusual.")]
    [InlineData(JobState.TimedOut, "Code", "The code, or its time limit: it ran to the limit, and its 4 nodes show nothing unusual.")]
    [InlineData(JobState.Cancelled, "Nothing", "Nothing is known to have been wrong: it was cancelled, and its 4 nodes show nothing unusual.")]
    [InlineData(JobState.Unknown, "Unknown", "Unknown: nothing says how it ended; its 4 nodes show nothing unusual.")]
    public void Where_nothing_was_found_it_is_how_the_run_ended(JobState state, string blame, string sentence)
    {
        var judged = new ReportScene { State = state }.Judged;
        Assert.Equal((blame, sentence), (judged.Blame.ToString(), judged.Sentence));
    }

    [Theory]
    [InlineData(JobState.Failed, "Unknown", "Unknown: data are there of only 20 % of it.")]
    [InlineData(JobState.Completed, "Nothing", "Nothing is known to have been wrong: it completed, and data are there of 20 % of it.")]
    [InlineData(JobState.OutOfMemory, "Code", "The code: Slurm ended it because it took more memory than it was given.")]
    public void Nothing_is_concluded_from_silence_where_little_was_watched(JobState state, string blame, string sentence)
    {
        var judged = new ReportScene { State = state, Segments = n => [ReportScene.Segment(n, 0, 48)] }.Judged;
        Assert.Equal((blame, sentence), (judged.Blame.ToString(), judged.Sentence));
    }

    [Fact]
    public void Data_without_a_model_do_not_acquit_the_nodes()
    {
        var judged = new ReportScene { Segments = n => [ReportScene.Segment(n, 0, 240, null)] }.Judged;
        Assert.Equal((Blame.Unknown, "Unknown: it failed, and only 0 % of it was watched by a model; rules and the comparison of nodes found nothing."), (judged.Blame, judged.Sentence));
    }

    [Fact]
    public void What_an_operator_dismissed_what_came_after_and_what_was_over_before_is_told_and_not_counted()
    {
        var judged = new ReportScene
        {
            Alerts =
            [
                ReportScene.Alert(AlertCause.Node, -60, ["cn1"], until: -5), ReportScene.Alert(AlertCause.Node, 100, ["cn2"], said: VerdictWord.False), ReportScene.Alert(AlertCause.Node, 245, ["cn3"]),
            ],
        }.Judged;
        Assert.Equal(Blame.Code, judged.Blame);
        Assert.Equal(
            ["Left out: cn2: trouble (memory) (alert c1-1), false as an operator says.", "After the run: cn3: trouble (memory) (alert c1-1).", "Over before the run: cn1: trouble (memory) (alert c1-1)."],
            judged.Reasons.Skip(1).Take(3));
    }

    [Fact]
    public void A_confirmed_fault_outweighs_all()
    {
        var judged = new ReportScene { Alerts = [ReportScene.Alert(AlertCause.Job, 10, All), ReportScene.Alert(AlertCause.Node, 30, ["cn4"], said: VerdictWord.Fault)] }.Judged;
        Assert.Equal(Blame.Node, judged.Blame);
        Assert.EndsWith("Confirmed by an operator.", judged.Reasons[0]);
    }

    [Fact]
    public void More_than_chance_and_fewer_than_all_is_unknown_and_so_is_a_score_on_a_job_of_one_node()
    {
        Assert.StartsWith("Unknown: 3 of 8 nodes show something", new ReportScene(8) { Alerts = [ReportScene.Alert(AlertCause.Unknown, 10, ["cn1", "cn2", "cn3"])] }.Judged.Sentence);
        Assert.EndsWith("cannot tell the node from the code.", new ReportScene(1) { Alerts = [ReportScene.Alert(AlertCause.Unknown, 10, ["cn1"])] }.Judged.Sentence);
    }

    [Fact]
    public void How_the_run_ended_is_a_reason_with_its_exit_code()
    {
        var facts = new ReportScene().Facts;
        Assert.Equal("Slurm ended the run as failed, exit code 1:0.", RunReport.Of(facts with { Run = facts.Run with { ExitCode = "1:0" } }, 15_000).Judgement.Reasons[0]);
    }

    [Fact]
    public void Of_a_job_that_runs_it_is_so_far()
    {
        Assert.Equal("Nothing so far: it runs, and its 4 nodes show nothing unusual.", new ReportScene { Runs = true }.Judged.Sentence);
        Assert.Contains("since 40 min", new ReportScene { Runs = true, Alerts = [ReportScene.Alert(AlertCause.Node, 200, ["cn2"])] }.Judged.Sentence);
    }
}
