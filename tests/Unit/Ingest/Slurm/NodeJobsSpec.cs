using Tocsin.Ingest.Segments;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.Unit.Ingest.Slurm;

public sealed class NodeJobsSpec
{
    /// <summary>Times in these tests are seconds after it.</summary>
    private const long Zero = 1_795_272_000_000;

    [Fact]
    public void A_prolog_opens_a_run_and_its_epilog_ends_it()
    {
        var jobs = Applied(1000, Prolog("7", 100));
        Assert.Equal("7:100-", Text(jobs));
        Assert.Equal("7:100-160", Text(jobs.Apply(Epilog("7", 160), At(1000)).Jobs));
    }

    [Fact]
    public void What_the_accounting_says_outranks_hooks() =>
        Assert.Equal("7:99-158", Text(Applied(1000, Prolog("7", 100), Epilog("7", 160), Accounted("7", 99, 158))));

    [Fact]
    public void A_requeued_job_is_another_run_under_the_same_id() =>
        Assert.Equal("28:700-705 28:709-751", Text(Applied(1000, Accounted("28", 700, 705), Accounted("28", 709, 751))));

    /// <summary>Seen: the prolog of a run says restart 0, its epilog 1; after a node failure both say 0.</summary>
    [Fact]
    public void Hooks_of_a_requeued_job_pair_by_time_and_not_by_restart_count() =>
        Assert.Equal("28:700-705 28:709-751", Text(Applied(1000, Epilog("28", 751), Prolog("28", 709), Epilog("28", 705), Prolog("28", 700))));

    [Fact]
    public void The_next_run_shows_at_its_prolog_though_the_accounting_still_has_the_first_one_running() =>
        Assert.Equal("28:700-705 28:709-", Text(Applied(1000, Accounted("28", 700, null, asOf: 703), Prolog("28", 700), Epilog("28", 705), Prolog("28", 709))));

    /// <summary>Seen: slurmctld killed within 4 s of a submit lost job 32 on n007, and the next job became 32 as well.</summary>
    [Fact]
    public void A_reused_id_is_another_job_and_ends_the_lost_one() =>
        Assert.Equal("32:856-866 32:866-896", Text(Applied(1000, Accounted("32", 856, null), Accounted("32", 866, 896))));

    [Fact]
    public void A_run_that_the_accounting_denies_is_gone() =>
        Assert.Equal("", Text(Applied(1000, Prolog("32", 856), Accounted("32", 856, 856) with { State = JobState.NeverRan })));

    /// <summary>Seen: an EpilogSlurmctld 5 s before the node's own; a node's clock is its own.</summary>
    [Theory]
    [InlineData(-30)]
    [InlineData(30)]
    public void Hooks_of_a_skewed_clock_do_not_move_an_accounted_run(int skew) =>
        Assert.Equal("7:100-400", Text(Applied(1000, Prolog("7", 100 + skew), Epilog("7", 400 + skew), Accounted("7", 100, 400))));

    [Fact]
    public void A_dead_nodes_epilog_never_comes_and_the_accounting_ends_the_run() =>
        Assert.Equal("30:717-747", Text(Applied(1000, Prolog("30", 717), Accounted("30", 717, 747) with { State = JobState.NodeFailed })));

    [Fact]
    public void An_epilog_long_before_the_accounting_says_running_is_another_runs() =>
        Assert.Equal("7:100-", Text(Applied(1000, Accounted("7", 100, null, asOf: 600), Epilog("7", 400))));

    [Fact]
    public void An_epilog_ends_an_accounted_run_before_the_accounting_does() =>
        Assert.Equal("7:100-510", Text(Applied(1000, Accounted("7", 100, null, asOf: 500), Epilog("7", 510))));

    [Fact]
    public void Shared_nodes_hold_several_jobs_at_once()
    {
        var jobs = Applied(1000, Accounted("1", 100, 300), Accounted("2", 200, null), Accounted("3_4", 200, 250));
        Assert.Equal("1 2 3_4", string.Join(' ', jobs.At(At(210)).Select(j => j.Run.JobId)));
        Assert.Equal([At(100), At(200), At(250), At(300)], jobs.Timeline.Spans.Skip(1).Select(s => s.StartMs));
    }

    [Fact]
    public void The_same_again_changes_nothing()
    {
        var jobs = Applied(1000, Prolog("7", 900));
        var change = jobs.Apply(Prolog("7", 900), At(1010));
        Assert.Null(change.CutFromMs);
        Assert.Null(change.LateFromMs);
        Assert.Same(jobs, change.Jobs);
    }

    [Fact]
    public void A_change_within_the_horizon_is_cut_from_where_it_begins()
    {
        var change = NodeJobs.Empty.Apply(Accounted("7", 900, null), At(1000));
        Assert.Equal(At(900), change.CutFromMs);
        Assert.Null(change.LateFromMs);
        Assert.Equal(At(950), change.Jobs.Apply(Accounted("7", 900, 950, asOf: 990), At(1000)).CutFromMs);
    }

    [Fact]
    public void A_run_that_began_before_the_horizon_is_cut_from_the_horizon_and_the_rest_is_late()
    {
        var change = NodeJobs.Empty.Apply(Accounted("7", 100, null), At(1000));
        Assert.Equal(At(700), change.CutFromMs);
        Assert.Equal(At(100), change.LateFromMs);
    }

    [Fact]
    public void A_run_that_was_over_before_the_horizon_cuts_nothing_and_is_late()
    {
        var change = NodeJobs.Empty.Apply(Accounted("7", 100, 200), At(1000));
        Assert.Null(change.CutFromMs);
        Assert.Equal(At(100), change.LateFromMs);
    }

    [Fact]
    public void What_was_over_long_ago_is_forgotten_and_what_still_runs_is_not()
    {
        var jobs = Applied(1000, Accounted("1", 100, null), Prolog("1", 101), Accounted("2", 100, 200), Prolog("2", 100), Epilog("2", 201));
        jobs = jobs.Apply(Accounted("3", 5000, null), At(5000)).Jobs;
        Assert.Equal("1:100- 3:5000-", Text(jobs));
        Assert.Equal(3, jobs.Facts);
    }

    [Fact]
    public void Hooks_without_epilogs_cannot_fill_the_memory()
    {
        var jobs = NodeJobs.Empty;
        for (var i = 0; i < 2000; i++)
            jobs = jobs.Apply(Prolog($"{i}", i), At(i)).Jobs;
        Assert.Equal(NodeJobs.MaxFacts, jobs.Facts);
        Assert.Equal("1999", jobs.Jobs[^1].Run.JobId);
        for (var i = 0; i < 2000; i++)
            jobs = jobs.Apply(Prolog("x", 2000 + i), At(2000 + i)).Jobs;
        Assert.InRange(jobs.Facts, 1, NodeJobs.MaxFacts);
        Assert.Equal("x", jobs.At(At(3999))[^1].Run.JobId);
    }

    [Fact]
    public void A_stored_state_comes_back_and_is_small()
    {
        var jobs = Applied(1000, Prolog("8812345", 100), Epilog("8812345", 160), Accounted("8812345", 99, 158), Accounted("8812346", 170, null));
        var bytes = WireBytes.Of(jobs);
        Assert.True(WireBytes.TryRead<NodeJobs>(bytes, out var read, out var failure), failure.ToString());
        Assert.Equal(Text(jobs), Text(read));
        Assert.InRange(bytes.Length, 1, 400);
    }

    [Fact]
    public void A_list_of_nodes_that_has_no_room_is_not_kept_and_its_count_is()
    {
        var jobs = Applied(1000, Accounted("7", 100, null) with { NodeList = new string('n', NodeJobs.MaxNodeList + 1), NodeCount = 2000 });
        Assert.Equal(("", 2000), (jobs.Jobs[0].Said.NodeList, jobs.Jobs[0].Said.NodeCount));
    }

    internal static long At(double seconds) => Zero + (long)(seconds * 1000);

    internal static JobEvent Prolog(string id, int at) => Said(JobEventSource.Hook, id, at, null, at);

    internal static JobEvent Epilog(string id, int at) => Said(JobEventSource.Hook, id, null, at, at);

    internal static JobEvent Accounted(string id, int start, int? end, int? asOf = null) =>
        Said(JobEventSource.Accounting, id, start, end, asOf ?? (end ?? start) + 5);

    internal static string Text(NodeJobs jobs) =>
        string.Join(' ', jobs.Jobs.Select(j => $"{j.Run.JobId}:{(j.Run.StartMs - Zero) / 1000}-{(j.Run.EndMs - Zero) / 1000}"));

    internal static NodeJobs Applied(int frontier, params IEnumerable<JobEvent> events) =>
        events.Aggregate(NodeJobs.Empty, (jobs, e) => jobs.Apply(e, At(frontier)).Jobs);

    private static JobEvent Said(JobEventSource source, string id, int? start, int? end, int asOf) => new()
    {
        Source = source,
        JobId = id,
        JobName = "sim",
        User = "ada",
        StartMs = start is { } s ? At(s) : null,
        EndMs = end is { } e ? At(e) : null,
        State = end is null ? JobState.Running : JobState.Completed,
        AsOfMs = At(asOf),
        NodeList = "n[001-004]",
        NodeCount = 4,
    };
}
