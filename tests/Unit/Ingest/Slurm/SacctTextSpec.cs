using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class SacctTextSpec
{
    private const string Word = "@@7f3a@@";
    private const long AsOf = 1_795_273_000_000;

    [Fact]
    public void Reads_what_a_real_sacct_printed()
    {
        var told = SacctText.Parse(Printed, Word, AsOf);
        Assert.Equal(0, told.Rejected.Total);
        // 36 rows in 39 lines, for three names hold a line end; 2 of them wait or were cancelled while they did.
        Assert.Equal((34, 2), (told.Rows.Count, told.Waiting));
        Assert.Equal("new\nline", told.Rows[0].JobName);
        Assert.Equal("pi|pe", told.Rows[1].JobName);
        Assert.Equal("$(touch /tmp/x);`id``'", told.Rows[2].JobName);
        // It was submitted with 900; the accounting keeps 255.
        Assert.Equal(255, told.Rows[3].JobName.Length);
        Assert.Equal("tab\tctl\u0001\u001b[31m??", told.Rows[4].JobName);
        Assert.Equal("cr\r", told.Rows[6].JobName);
    }

    [Fact]
    public void A_requeued_job_is_told_run_by_run()
    {
        var runs = Real("28");
        Assert.Equal([(1_795_272_700_000, 1_795_272_705_000, JobState.Requeued), (1_795_272_709_000, 1_795_272_751_000, JobState.Cancelled)],
            runs.Select(r => (r.StartMs, r.EndMs!.Value, r.State)));
        // Slurm gives the second run the time of the requeue as its submit time.
        Assert.Equal(1_795_272_705_000, runs[1].SubmitMs);
    }

    [Fact]
    public void Tasks_of_an_array_have_ids_of_their_own_and_the_last_reuses_the_base_id()
    {
        Assert.Equal(14, Real("8_1").Single().RawId);
        Assert.Equal(8, Real("8_5").Single().RawId);
    }

    [Fact]
    public void Components_of_a_heterogeneous_job_are_runs_of_their_own() =>
        Assert.Equal(["10+0 n003", "10+1 n001"], Real("10+0").Concat(Real("10+1")).Select(r => $"{r.JobId} {r.NodeList}"));

    [Fact]
    public void A_job_whose_id_was_used_again_is_told_twice() =>
        Assert.Equal([("n007", null), ("n008", 1_795_272_896_000)], Real("32").Select(r => (r.NodeList, r.EndMs)));

    [Fact]
    public void A_failed_node_ends_a_run_on_all_of_its_nodes() =>
        Assert.Equal((JobState.NodeFailed, "n[004-005]", 2), Real("29").Select(r => (r.State, r.NodeList, r.NodeCount)).Single());

    [Theory]
    [InlineData("RUNNING", "1795272800", true)]
    [InlineData("SUSPENDED", "1795272800", true)]
    [InlineData("COMPLETED", "1795979999", true)]
    [InlineData("COMPLETED", "1795272800", false)]
    [InlineData("SOMETHING_NEW", "1795272800", false)]
    [InlineData("SOMETHING_NEW", "Unknown", true)]
    public void A_predicted_end_is_not_believed(string state, string end, bool runs) =>
        Assert.Equal(runs, One(end: end, state: state)!.EndMs is null);

    [Theory]
    [InlineData("None assigned")]
    [InlineData("None")]
    [InlineData("")]
    [InlineData("(null)")]
    [InlineData("Unknown")]
    public void A_job_without_nodes_has_not_run(string nodes) => Assert.Null(One(nodes: nodes));

    [Theory]
    [InlineData("Unknown", "CANCELLED by 0")]
    [InlineData("None", "CANCELLED")]
    [InlineData("1795979999", "PENDING")]
    [InlineData("1795272700", "PENDING")]
    [InlineData("1795979999", "RUNNING")]
    public void A_job_that_has_not_started_is_no_row(string start, string state) => Assert.Null(One(start: start, state: state));

    /// <summary>A name that looks like more rows; its writer cannot know the word that parts fields.</summary>
    [Fact]
    public void A_name_cannot_forge_a_row()
    {
        const string Name = "a\n9|9|root|1795272218|1795272219|1795272221|COMPLETED|n001|forged\n\n@@7f@@\n9@@9@@";
        var told = Parse(Row(name: Name), Row(id: "13", raw: "13", name: "b"));
        Assert.Equal([Name, "b"], told.Rows.Select(r => r.JobName));
        Assert.Equal(0, told.Rejected.Total);
    }

    [Fact]
    public void A_name_may_hold_the_delimiter_itself() => Assert.Equal($"x{Word}y", One(name: $"x{Word}y")!.JobName);

    [Theory]
    [InlineData("JobID", "12.batch", "12", "1795272219", "1795272221", "n1")]
    [InlineData("JobID", "12_[1-5]", "12", "1795272219", "1795272221", "n1")]
    [InlineData("JobIDRaw", "12", "x", "1795272219", "1795272221", "n1")]
    [InlineData("JobIDRaw", "12", "99999999999", "1795272219", "1795272221", "n1")]
    [InlineData("time", "12", "12", "2026-11-21T14:43:39", "1795272221", "n1")]
    [InlineData("time", "12", "12", "1795272219", "-5", "n1")]
    [InlineData("time", "12", "12", "1795272219", "99999999999999999999", "n1")]
    [InlineData("before it starts", "12", "12", "1795272219", "1795272200", "n1")]
    [InlineData("NodeList", "12", "12", "1795272219", "1795272221", "n[1-")]
    [InlineData("NodeList", "12", "12", "1795272219", "1795272221", "../../etc")]
    public void A_bad_row_is_rejected_with_its_reason_and_the_next_is_read(string reason, string id, string raw, string start, string end, string nodes)
    {
        var told = Parse(Row(id: id, raw: raw, start: start, end: end, nodes: nodes), Row(id: "77", raw: "77"));
        Assert.Equal("77", told.Rows.Single().JobId);
        Assert.Contains(reason, told.Rejected.ByReason.Single().Key, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_was_cut_off_is_rejected() =>
        Assert.Equal(1, Parse(Row(), "13" + Word + "13" + Word + "root").Rejected.Total);

    [Fact]
    public void No_jobs_is_an_answer() => Assert.Empty(SacctText.Parse("", Word, AsOf).Rows);

    [Fact]
    public void Text_without_a_single_row_is_rejected_once() => Assert.Equal(1, SacctText.Parse("sacct: what?\nno\n", Word, AsOf).Rejected.Total);

    [Theory]
    [InlineData("1:0", "1795272221", "1:0")]
    [InlineData("0:15", "1795272221", "0:15")]
    [InlineData("0:0", "Unknown", null)]
    [InlineData("", "1795272221", null)]
    [InlineData("300:0", "1795272221", null)]
    [InlineData("1:0;rm", "1795272221", null)]
    public void An_exit_code_is_two_numbers_once_the_run_is_over(string exit, string end, string? expected) =>
        Assert.Equal(expected, Parse(Row(end: end, state: end == "Unknown" ? "RUNNING" : "FAILED", exit: exit)).Rows.Single().ExitCode);

    /// <summary>It was printed without exit codes, which stand before the names.</summary>
    private static string Printed => System.Text.RegularExpressions.Regex.Replace(Fixture.Text("sacct.txt"), $"^((?:[^\n]*?{Word}){{8}})", "${1}0:0" + Word, System.Text.RegularExpressions.RegexOptions.Multiline);

    private static JobRow[] Real(string id) => SacctText.Parse(Printed, Word, AsOf).Rows.Where(r => r.JobId == id).ToArray();

    private static AccountingAnswer.Told Parse(params string[] rows) => SacctText.Parse(string.Join('\n', rows) + "\n", Word, AsOf);

    private static JobRow? One(string start = "1795272219", string end = "1795272221", string state = "COMPLETED", string nodes = "n001", string name = "x")
    {
        var told = Parse(Row(start: start, end: end, state: state, nodes: nodes, name: name));
        Assert.Equal(0, told.Rejected.Total);
        return told.Rows.SingleOrDefault();
    }

    private static string Row(
        string id = "12", string raw = "12", string start = "1795272219", string end = "1795272221", string state = "COMPLETED", string nodes = "n001", string name = "x", string exit = "0:0") =>
        string.Join(Word, raw, id, "root", "1795272218", start, end, state, nodes, exit, name);
}
