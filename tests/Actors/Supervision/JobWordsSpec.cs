using Tocsin.Actors.Supervision.Records;
using Tocsin.Actors.Supervision.Rows;
using Tocsin.Checkpointing.Learning;
using Tocsin.Checkpointing.Policies;
using Tocsin.Shared.Flow;
using Tocsin.Shared.Wire;

namespace Tocsin.ActorTests.Supervision;

/// <summary>What a job says of itself, before and after Slurm tells of the same.</summary>
public sealed class JobWordsSpec
{
    private const long Start = Site.Start;

    private static readonly JobIdentity Job = Site.Job, Next = Site.Job with { Restarts = 1 };

    private static JobSaid Register(JobIdentity job) => new(JobWord.Register, job, 0, false, 0, "USR2");

    private static JobSaid Wrote(double seconds, long action = 0) => new(JobWord.Acknowledge, Job, action, true, seconds, null);

    [Fact]
    public void A_client_that_registers_right_after_a_requeue_stays_registered_though_slurm_was_asked_before()
    {
        var site = Running();
        Assert.Equal(200, site.Hear(Register(Next), Start + 30_000).Status);
        // Asked while the first run was still there, and answered late.
        site.Picture(Job, Start + 20_000);
        site.Turn(Start + 31_000);
        Assert.Equal((Next, "USR2"), (Stored(site).Identity, Stored(site).Signal));
        // Asked while the job waited to run anew.
        site.Empty("MIXED", Start + 25_000);
        site.Turn(Start + 32_000);
        Assert.Null(Stored(site).GoneMs);
        site.Picture(Next, Start + 60_000);
        site.Turn(Start + 60_000);
        Assert.Equal((Next, "USR2"), (Stored(site).Identity, Stored(site).Signal));
        Assert.Equal(409, site.Hear(Register(Job), Start + 61_000).Status);
    }

    [Theory]
    [InlineData("DOWN", true)]
    [InlineData("IDLE", false)]
    public void How_long_a_job_is_away_is_learned_from_failures_of_nodes_alone(string state, bool learned)
    {
        var site = Running();
        site.Empty(state, Start + 60_000);
        site.Turn(Start + 60_000);
        site.Picture(Next, Start + 5_000_000);
        site.Turn(Start + 5_000_000);
        var known = new KnowledgeRow(new Priors());
        Assert.True(known.TryRead(site.Stored["knowledge"], out var why), why);
        var down = known.Learned.CostsOf(new JobSituation { Job = Job, NowMs = Start, Nodes = 1, RunningSinceMs = Start, SavedMs = Start, CanCheckpoint = true }).DownS;
        Assert.Equal(learned, down > new Priors().DownS + 1);
    }

    [Fact]
    public void A_checkpoint_that_is_told_of_twice_is_one()
    {
        var site = Running();
        Assert.Contains("stored", site.Hear(Wrote(20), Start + 60_000).Says);
        Assert.Contains("before", site.Hear(Wrote(20), Start + 72_000).Says);
        Assert.Contains("before", site.Hear(Wrote(0), Start + 73_000).Says);
        Assert.Equal(20, Stored(site).SpentS);
        Assert.Contains("stored", site.Hear(Wrote(20), Start + 81_000).Says);
        Assert.Equal(40, Stored(site).SpentS);
    }

    [Fact]
    public void A_job_tells_of_so_many_checkpoints_an_hour_that_nobody_asked_for_also_across_a_restart()
    {
        var site = Running();
        for (var i = 0; i < 60; i++)
            Assert.Equal(200, site.Hear(Wrote(1), Start + (i * 30_000)).Status);
        Assert.Equal(429, site.Hear(Wrote(1), Start + 1_800_000).Status);
        site = site.Again();
        site.Picture(Job, Start + 1_830_000);
        Assert.Equal(429, site.Hear(Wrote(1), Start + 1_830_000).Status);
        Assert.Equal(60, Stored(site).SpentS);
        Assert.Equal(200, site.Hear(Wrote(1), Start + 3_600_001).Status);
    }

    [Fact]
    public void What_was_asked_for_is_always_heard()
    {
        var site = Running();
        for (var i = 0; i < 60; i++)
            site.Hear(Wrote(1), Start + (i * 30_000));
        site.Picture(Job, Start + 1_800_000);
        site.Turn(Start + 1_800_000);
        var asked = site.Hear(new JobSaid(JobWord.Ask, Job, 0, false, 0, null), Start + 1_800_000);
        Assert.Equal(202, asked.Status);
        for (var at = Start + 1_800_000; at < Start + 1_804_000; at += 250)
            site.Turn(at);
        Assert.Equal(200, site.Hear(Wrote(1, asked.Action!.Value), Start + 1_810_000).Status);
        Assert.Equal(61, Stored(site).SpentS);
    }

    [Fact]
    public void A_row_from_before_these_words_were_kept_is_read()
    {
        var row = new JobRow(Job, "12", 1000, "main", 1, Start, Start, Start) { Interrupted = true, Acks = 3, AcksFromMs = Start, Noted = 2, Signal = "USR1" };
        Assert.True(WireBytes.TryRead<JobRow>(WireBytes.Of(row), out var now, out _));
        Assert.Equal(row, now);
    }

    private static Site Running()
    {
        var site = new Site();
        site.Picture(Job, Start);
        site.Turn(Start);
        return site;
    }

    private static JobRow Stored(Site site) => WireBytes.TryRead<JobRow>(site.Stored["job/12"], out var row, out var failure) ? row : throw new InvalidOperationException(failure.ToString());
}
