using Tocsin.Checkpointing.Actions;

namespace Tocsin.CheckpointingTests.Actions;

public sealed class PreconditionsSpec
{
    private static string? Against(ActionKind kind, SlurmView view, DrainMark? mark = null) =>
        Preconditions.Against(Acting.Action(kind), view, mark ?? Acting.Mark, Acting.User);

    [Fact]
    public void A_reason_is_never_written_over()
    {
        Assert.Null(Against(ActionKind.Drain, new SlurmView(Acting.Idle, null)));
        Assert.NotNull(Against(ActionKind.Drain, new SlurmView(Acting.Idle with { Reason = "NHC: disk" }, null)));
        Assert.NotNull(Against(ActionKind.Drain, new SlurmView(Acting.Drained("swap DIMM"), null)));
    }

    [Theory]
    [InlineData("MAINT")]
    [InlineData("REBOOT_ISSUED")]
    [InlineData("POWERING_DOWN")]
    [InlineData("POWERED_DOWN")]
    [InlineData("DOWN")]
    [InlineData("FAIL")]
    [InlineData("RESERVED")]
    public void In_states_in_which_others_are_at_work_nothing_is_drained_or_given_back(string state)
    {
        Assert.NotNull(Against(ActionKind.Drain, new SlurmView(new SlurmNode(Acting.Words("IDLE", state), "", "", 0), null)));
        Assert.NotNull(Against(ActionKind.Undrain, new SlurmView(Acting.Drained("tocsin:7", Acting.User, 9_000_000, state), null)));
    }

    [Fact]
    public void Only_a_drain_that_is_exactly_ours_is_taken_back()
    {
        Assert.Null(Against(ActionKind.Undrain, Acting.View(ActionKind.Undrain)));
        foreach (var other in (SlurmNode[])
            [Acting.Drained("tocsin:9"), Acting.Drained("tocsin:7 swap DIMM"), Acting.Drained(user: "ann"), Acting.Drained(atMs: 9_000_001), Acting.Idle, Acting.Drained() with { States = Acting.Words("DRAIN", "ALLOCATED") }])
            Assert.NotNull(Against(ActionKind.Undrain, new SlurmView(other, null)));
    }

    [Fact]
    public void A_requeue_wants_consent_a_checkpoint_and_the_suspect_drained()
    {
        var (job, drained) = (Acting.Running, Acting.Drained());
        Assert.Null(Against(ActionKind.Requeue, new SlurmView(drained, job, Acknowledged: true)));
        Assert.NotNull(Against(ActionKind.Requeue, new SlurmView(drained, job)));
        Assert.Null(Against(ActionKind.Requeue, new SlurmView(drained, job with { Consent = new Consent(null, RequeueConsent.Always) })));
        Assert.NotNull(Against(ActionKind.Requeue, new SlurmView(drained, job with { Consent = Consent.None }, Acknowledged: true)));
        Assert.NotNull(Against(ActionKind.Requeue, new SlurmView(drained, job with { Requeue = false }, Acknowledged: true)));
        Assert.NotNull(Against(ActionKind.Requeue, new SlurmView(Acting.Idle, job, Acknowledged: true)));
    }

    [Fact]
    public void Another_run_under_the_same_id_receives_nothing()
    {
        foreach (var kind in (ActionKind[])[ActionKind.Signal, ActionKind.Requeue])
        {
            foreach (var other in (SlurmJob?[])
                [Acting.Running with { Identity = Acting.Job with { Restarts = 1 } }, Acting.Running with { Identity = Acting.Job with { SubmitMs = 2000 } }, Acting.Running with { Running = false }, null])
                Assert.NotNull(Against(kind, new SlurmView(Acting.Drained(), other, Acknowledged: true)));
        }
    }

    [Fact]
    public void A_job_without_a_handler_receives_no_signal() =>
        Assert.Equal("the job has no handler", Against(ActionKind.Signal, new SlurmView(null, Acting.Running with { Consent = new Consent(null, RequeueConsent.Always) })));

    [Theory]
    [InlineData("batch", "project=x", true, "USR2")]
    [InlineData("Batch", "project=x", true, null)]
    [InlineData("batch", "project=x", false, null)]
    [InlineData("batch", "tocsin:signal=USR1", true, "USR1")]
    [InlineData("batch", "tocsin:none", true, null)]
    [InlineData("batch", "project=x,Tocsin:none", true, null)]
    [InlineData("batch", "tocsin:requeue=always", true, null)]
    public void A_jobs_own_comment_beats_its_partitions_words(string partition, string comment, bool whole, string? signal) =>
        Assert.Equal(signal, new ConsentRule(new Dictionary<string, Consent> { ["batch"] = new("USR2", RequeueConsent.AfterCheckpoint) }).Of(partition, comment, whole).Signal);

    [Theory]
    [InlineData("tocsin:signal=USR1,requeue", "USR1", RequeueConsent.AfterCheckpoint)]
    [InlineData("project=x; tocsin:requeue=always", null, RequeueConsent.Always)]
    [InlineData("tocsin:signal=USR2", "USR2", RequeueConsent.Never)]
    [InlineData("tocsin:signal=KILL", null, RequeueConsent.Never)]
    [InlineData("tocsin:signal=USR1,requeue,rm", null, RequeueConsent.Never)]
    [InlineData("TOCSIN:requeue", null, RequeueConsent.Never)]
    [InlineData("tocsin:", null, RequeueConsent.Never)]
    [InlineData("", null, RequeueConsent.Never)]
    [InlineData(null, null, RequeueConsent.Never)]
    public void Consent_is_exactly_one_of_the_words_or_none(string? comment, string? signal, RequeueConsent requeue) =>
        Assert.Equal(new Consent(signal, requeue), Consent.Of(comment));
}
