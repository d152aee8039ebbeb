using Tocsin.Ingest.Slurm.Accounting;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class ReconcilerSpec
{
    private static readonly AccountingWindow All = new(At(-10_000), At(100_000));

    private readonly Reconciler _reconciler = new();

    [Fact]
    public void What_is_new_is_told_once()
    {
        Assert.Equal("7@100-", Told(200, Row("7", 100, null)));
        Assert.Equal("", Told(230, Row("7", 100, null)));
        Assert.Equal("7@100-240 Completed", Told(260, Row("7", 100, 240)));
        Assert.Equal("", Told(290, Row("7", 100, 240)));
    }

    [Fact]
    public void What_was_not_accepted_is_told_again()
    {
        var first = _reconciler.Decide(Rows(Row("7", 100, null)), All, At(200));
        var second = _reconciler.Decide(Rows(Row("7", 100, null)), All, At(230));
        Assert.Equal(first.Events.Count, second.Events.Count);
        Assert.Equal(0, _reconciler.Runs);
    }

    [Fact]
    public void A_requeued_job_is_another_run_though_its_id_is_the_same() =>
        Assert.Equal("28@700-705 Requeued 28@709-", Told(720, Row("28", 700, 705) with { State = JobState.Requeued }, Row("28", 709, null)));

    /// <summary>Seen: job 32 of n007 was lost with slurmctld, the next job got its id, and the accounting has the first as running for ever.</summary>
    [Fact]
    public void A_reused_id_ends_the_lost_job_at_the_submit_of_the_next()
    {
        Assert.Equal("32@856-", Told(860, Row("32", 856, null)));
        Assert.Equal("32@856-862 Lost 32@866-", Told(890, Row("32", 856, null), Row("32", 866, null, submit: 862)));
        Assert.Equal("32@866-896 Completed", Told(920, Row("32", 856, null), Row("32", 866, 896, submit: 862)));
        // The next one has left the window; the lost one is still told as running.
        Assert.Equal("", Told(50_000, Row("32", 856, null)));
        Assert.Equal("", Told(100_000, Row("32", 856, null)));
    }

    /// <summary>Seen: given to a node that was dead already, failed with it, and started again under the same id and submit time: slurmdbd has one record for both.</summary>
    [Fact]
    public void A_run_whose_record_went_to_the_next_one_was_on_no_node()
    {
        Told(110, Row("6", 89, 100, submit: 89), Row("7", 89, null, submit: 89));
        Assert.Equal("6@89-89 NeverRan 7@89-89 NeverRan 6@117- 7@118-", Told(120, Row("6", 117, null, submit: 89), Row("7", 118, null, submit: 89)));
        Assert.Equal("6@117-119 Completed", Told(150, Row("6", 117, 119, submit: 89), Row("7", 118, null, submit: 89)));
    }

    [Fact]
    public void Two_runs_of_one_submit_time_that_are_both_told_or_not_asked_for_stay()
    {
        Assert.Equal("6@89-100 Completed 6@117-", Told(120, Row("6", 89, 100, submit: 89), Row("6", 117, null, submit: 89)));
        Assert.Empty(_reconciler.Decide(Rows(Row("6", 117, null, submit: 89)), new AccountingWindow(At(101), At(150)), At(150)).Events);
    }

    [Fact]
    public void A_lost_run_whose_end_is_told_after_all_gets_it()
    {
        Told(890, Row("32", 856, null), Row("32", 866, null, submit: 862));
        Assert.Equal("32@856-861 Failed", Told(920, Row("32", 856, 861) with { State = JobState.Failed }, Row("32", 866, null, submit: 862)));
    }

    /// <summary>Seen: slurmctld came back from an older state and ran on what was cancelled: the accounting corrected itself.</summary>
    [Fact]
    public void A_word_that_the_accounting_corrects_is_told_again()
    {
        Told(900, Row("31", 847, 856) with { State = JobState.Cancelled });
        Assert.Equal("31@847-883 Requeued", Told(930, Row("31", 847, 883) with { State = JobState.Requeued }));
        Assert.Equal("31@847-", Told(960, Row("31", 847, null)));
    }

    [Fact]
    public void Tasks_of_an_array_do_not_end_each_other_though_the_last_has_the_base_id() =>
        Assert.Equal("8_1@219-221 Completed 8_2@219- 8_5@225-",
            Told(226, Row("8_1", 219, 221, raw: 14), Row("8_2", 219, null, raw: 15), Row("8_5", 225, null, raw: 8)));

    [Fact]
    public void Components_of_a_heterogeneous_job_run_side_by_side() =>
        Assert.Equal("10+0@236- 10+1@236-", Told(240, Row("10+0", 236, null, raw: 10), Row("10+1", 236, null, raw: 11)));

    [Fact]
    public void Of_two_rows_on_one_run_the_one_that_is_over_holds() =>
        Assert.Equal("7@100-150 Completed", Told(200, Row("7", 100, 150), Row("7", 100, null)));

    [Fact]
    public void A_run_that_vanished_ends_where_it_was_last_seen_and_not_at_the_first_miss()
    {
        Told(200, Row("7", 100, null), Row("8", 100, null));
        Assert.Equal("", Told(230, Row("8", 100, null)));
        Assert.Equal("7@100-200 Lost", Told(260, Row("8", 100, null)));
        Assert.Equal("", Told(290, Row("8", 100, null)));
    }

    [Fact]
    public void Nothing_vanishes_while_a_row_cannot_be_read()
    {
        Told(200, Row("7", 100, null));
        var torn = new Rejections();
        torn.Add("sacct: torn", "7");
        for (var i = 0; i < 5; i++)
            Assert.Empty(Told(230 + i, new AccountingAnswer.Told([], 0, torn)));
    }

    [Fact]
    public void A_run_that_began_after_the_window_is_not_missed_in_it()
    {
        Told(200, Row("7", 100, null));
        for (var i = 0; i < 5; i++)
            _reconciler.Accept(_reconciler.Decide(Rows(), new AccountingWindow(At(0), At(90)), At(230 + i)));
        Assert.Equal("7@100-150 Completed", Told(260, Row("7", 100, 150)));
    }

    [Fact]
    public void Runs_that_are_over_are_forgotten_after_a_while()
    {
        for (var i = 0; i < 100; i++)
            Told(i * 1000, Row($"{i}", i * 1000 - 100, i * 1000 - 50));
        Assert.InRange(_reconciler.Runs, 20, 30);
    }

    [Fact]
    public void A_hook_that_the_accounting_denies_never_ran_if_the_accounting_knows_the_ids_next_run()
    {
        Hear("57", 100);
        var next = Row("57", 110, null) with { NodeList = "n008" };
        Assert.Equal("57@110-", Told(200, next));
        Assert.Equal("57@100-100 NeverRan", Told(500, next));
        Assert.Equal(0, _reconciler.Hooks.Waiting);
    }

    /// <summary>A site may show each user his own jobs alone: silence on another's job is no denial.</summary>
    [Fact]
    public void A_hook_is_not_denied_by_an_accounting_that_does_not_show_all_jobs()
    {
        for (var i = 0; i < 100; i++)
            Hear($"{i}", 100);
        Assert.Equal("1@100-", Told(5000, Row("1", 100, null)));
        Assert.Equal(99, _reconciler.Hooks.Waiting);
    }

    [Fact]
    public void A_hook_is_denied_by_an_accounting_that_confirmed_nearly_all_others()
    {
        for (var i = 1; i <= 30; i++)
            Hear($"{i}", 100);
        Hear("99", 110);
        Assert.Equal("99@110-110 NeverRan", Told(5000, [.. Enumerable.Range(1, 30).Select(i => Row($"{i}", 100, 200))], only: "99"));
    }

    [Theory]
    [InlineData(-40)]
    [InlineData(40)]
    public void A_hook_whose_clock_is_off_is_still_that_run(int skew)
    {
        Hear("7", 100 + skew);
        Assert.Equal("7@100-400 Completed", Told(5000, Row("7", 100, 400)));
        Assert.Equal(0, _reconciler.Hooks.Waiting);
    }

    [Fact]
    public void An_epilog_that_the_accounting_contradicts_is_answered()
    {
        Told(110, Row("7", 100, null));
        _reconciler.Hooks.Observe(NodeJobsSpec.Epilog("7", 120));
        Assert.Equal("", Told(180, Row("7", 100, null)));
        Assert.Equal("7@100-", Told(300, Row("7", 100, null)));
        Assert.Equal("", Told(330, Row("7", 100, null)));
    }

    [Fact]
    public void Hooks_that_nobody_settles_are_bounded()
    {
        for (var i = 0; i < HookLedger.MaxWords + 10; i++)
            Hear($"{i}", 100);
        Assert.Equal((HookLedger.MaxWords, 10), (_reconciler.Hooks.Waiting, _reconciler.Hooks.Dropped));
        Told(100 + 90_000);
        Assert.Equal(0, _reconciler.Hooks.Waiting);
    }

    private static long At(long seconds) => NodeJobsSpec.At(seconds);

    private void Hear(string id, int at) => _reconciler.Hooks.Observe(NodeJobsSpec.Prolog(id, at) with { NodeList = "n001", NodeCount = 1 });

    private string Told(int asOf, params JobRow[] rows) => Told(asOf, rows, only: null);

    private string Told(int asOf, JobRow[] rows, string? only) =>
        string.Join(' ', Told(asOf, Rows(rows)).Where(e => only is null || e.JobId == only).Select(Text));

    private IReadOnlyList<JobEvent> Told(int asOf, AccountingAnswer.Told told)
    {
        var done = _reconciler.Decide(told, All, At(asOf));
        _reconciler.Accept(done);
        return done.Events;
    }

    private static string Text(JobEvent e) =>
        $"{e.JobId}@{(e.StartMs - At(0)) / 1000}-{(e.EndMs is null ? "" : $"{(e.EndMs - At(0)) / 1000} {e.State}")}";

    private static AccountingAnswer.Told Rows(params JobRow[] rows) => new(rows, 0, new Rejections());

    private static JobRow Row(string id, int start, int? end, int? submit = null, long? raw = null) => new(
        id, raw ?? long.Parse(id), "sim", "ada", At(submit ?? start - 1), At(start), end is null ? null : At(end.Value),
        end is null ? JobState.Running : JobState.Completed, "n001", 1);
}
