using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;
using Tocsin.CheckpointingTests.Actions;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.CheckpointingTests.Slurm;

public sealed class SlurmExecutorSpec
{
    private static readonly Consent Consent = new("USR1", RequeueConsent.AfterCheckpoint);

    private readonly FakePrograms _programs = new();

    private SlurmExecutor Executor(long nowMs = Acting.Now) => new(_programs, Acting.Limits, new NodeCheck("/opt/check"), new FixedTime(nowMs));

    private static ActionRecord Started(ActionKind kind) => Acting.Action(kind) with { State = new Started(1, Acting.Now, Acting.Now + 5000) };

    private Task<CommandResult> Run(ActionRecord action, long nowMs = Acting.Now, long epoch = 1) => Executor(nowMs).RunAsync(action, Consent, epoch, default);

    [Theory]
    [InlineData(ActionKind.Drain, "scontrol|update|NodeName=n001|State=DRAIN|Reason=tocsin:8")]
    [InlineData(ActionKind.Fence, "scontrol|create|reservation|ReservationName=tocsin-8|Users=root|Nodes=n001|StartTime=now|Duration=240|Flags=IGNORE_JOBS")]
    [InlineData(ActionKind.Requeue, "scontrol|requeue|Incomplete|12")]
    [InlineData(ActionKind.Signal, "scancel|--signal=USR1|--batch|12")]
    public async Task Each_action_is_one_command_of_plain_words(ActionKind kind, string expected)
    {
        Assert.True((await Run(Started(kind))).Ok);
        Assert.Equal([expected], _programs.Ran);
    }

    [Theory]
    [InlineData(null, true, true, "srun delete")]
    [InlineData("srun", false, true, "srun update delete")]
    [InlineData("srun update", false, false, "srun update")]
    public async Task A_node_is_back_for_others_only_after_a_check_in_a_reservation_or_drained_again(string? failing, bool ok, bool sure, string after)
    {
        _programs.Fails = failing?.Split(' ') ?? [];
        _programs.Nodes = Line(("idle+maint", 128), ("Unknown", 128), ("Unknown", 24), ("none", 1024));
        var result = await Run(Started(ActionKind.Undrain));
        Assert.Equal((ok, sure), (result.Ok, result.Sure));
        Assert.StartsWith("scontrol|create|reservation|ReservationName=tocsin-8|Users=root|Nodes=n001|", _programs.Ran[0]);
        Assert.Equal("scontrol|update|NodeName=n001|State=RESUME", _programs.Ran[1]);
        Assert.Equal("srun|--reservation=tocsin-8|--nodelist=n001|--nodes=1|--ntasks=1|--immediate=30|/opt/check", _programs.Ran[2]);
        Assert.Equal(after.Split(' '), _programs.Ran.Skip(2).Select(r => r.Split('|') is ["srun", ..] ? "srun" : r.Split('|')[1]));
        if (after.Contains("update", StringComparison.Ordinal))
            Assert.Equal("scontrol|update|NodeName=n001|State=DRAIN|Reason=tocsin:7", _programs.Ran[3]);
    }

    [Fact]
    public async Task A_reason_that_an_operator_wrote_while_the_check_ran_is_not_written_over()
    {
        _programs.Fails = ["srun"];
        _programs.Nodes = Line(("idle+drain+maint", 128), ("ada(1000)", 128), ("1732230000", 24), ("bad dimm", 1024));
        var result = await Run(Started(ActionKind.Undrain));
        Assert.Equal((false, true), (result.Ok, result.Sure));
        Assert.DoesNotContain(_programs.Ran, r => r.Contains("State=DRAIN", StringComparison.Ordinal));
        Assert.Equal("scontrol|delete|ReservationName=tocsin-8", _programs.Ran[^1]);
    }

    [Theory]
    [InlineData("root(0)", "9000", "tocsin:7", true)]
    [InlineData("ada(1000)", "9000", "tocsin:7", false)]
    [InlineData("root(0)", "9001", "tocsin:7", false)]
    [InlineData("root(0)", "9000", "bad dimm", false)]
    public async Task A_node_whose_drain_became_anothers_while_the_reservation_was_made_is_not_resumed(string user, string at, string reason, bool resumed)
    {
        _programs.Nodes = Line(("idle+drain+maint", 128), (user, 128), (at, 24), (reason, 1024));
        var result = await Executor().RunAsync(Started(ActionKind.Undrain), Consent, 1, default, Acting.Mark);
        Assert.Equal((resumed, true), (result.Ok, result.Sure));
        Assert.Equal(resumed, _programs.Ran.Contains("scontrol|update|NodeName=n001|State=RESUME"));
        Assert.Equal("scontrol|delete|ReservationName=tocsin-8", _programs.Ran[^1]);
    }

    [Theory]
    [InlineData(null, null, true, true, "srun show delete")]
    [InlineData("srun", null, false, true, "srun")]
    [InlineData("delete", null, false, true, "srun show delete")]
    // The check took its time, and an operator drained the node, or changed the reservation.
    [InlineData(null, "+drain", false, true, "srun show")]
    [InlineData(null, " Users=ada", false, true, "srun show")]
    public async Task A_fence_goes_after_a_check_within_it_and_stays_wherever_that_breaks_off(string? failing, string? changed, bool ok, bool sure, string after)
    {
        _programs.Fails = failing?.Split(' ') ?? [];
        _programs.Nodes = Line(($"idle+reserved{(changed?[0] == '+' ? changed : "")}", 128), ("Unknown", 128), ("Unknown", 24), ("none", 1024));
        _programs.Answer = new ProgramAnswer($"ReservationName=tocsin-7 StartTime=9000 EndTime=23400 Nodes=n001 Flags=IGNORE_JOBS{(changed?[0] == ' ' ? changed : " Users=root")} State=ACTIVE\n");
        var result = await Executor().RunAsync(Started(ActionKind.Unfence), Consent, 1, default, Acting.Mark);
        Assert.Equal((ok, sure), (result.Ok, result.Sure));
        Assert.Equal("srun|--reservation=tocsin-7|--nodelist=n001|--nodes=1|--ntasks=1|--immediate=30|/opt/check", _programs.Ran[0]);
        Assert.Equal(after.Split(' '), _programs.Ran.Select(r => r.Split('|') is ["srun", ..] ? "srun" : r.Contains("show", StringComparison.Ordinal) ? "show" : r.Split('|')[1]));
        if (after.EndsWith("delete", StringComparison.Ordinal))
            Assert.Equal("scontrol|delete|ReservationName=tocsin-7", _programs.Ran[^1]);
    }

    [Fact]
    public async Task The_reservation_outlasts_a_check_that_may_take_an_hour()
    {
        var limits = Acting.Limits with { CheckMs = 3_600_000 };
        await new SlurmUndrain(_programs.Patient(), limits, new NodeCheck("/opt/check")).RunAsync(Started(ActionKind.Undrain), new SlurmCommand("scontrol", ["update"]), default);
        var minutes = int.Parse(_programs.Ran[0].Split('|').Single(w => w.StartsWith("Duration=", StringComparison.Ordinal))["Duration=".Length..]);
        Assert.True(minutes * 60_000 > limits.TakesMs(ActionKind.Undrain), $"{minutes} min");
    }

    [Fact]
    public async Task What_is_not_committed_as_started_by_this_epoch_and_in_time_runs_nothing()
    {
        foreach (var action in (ActionRecord[])[Acting.Action(ActionKind.Drain), Acting.Action(ActionKind.Drain) with { State = new Approved(0) }])
            Assert.Equal((false, true), ((await Run(action)).Ok, (await Run(action)).Sure));
        Assert.False((await Run(Started(ActionKind.Drain), Acting.Now + 5001)).Ok);
        Assert.False((await Run(Started(ActionKind.Drain), epoch: 2)).Ok);
        Assert.Empty(_programs.Ran);
    }

    [Theory]
    [InlineData("n001;reboot")]
    [InlineData("n[001-999]")]
    [InlineData("ALL")]
    [InlineData("-n")]
    [InlineData("n 1")]
    [InlineData("n001,n002")]
    [InlineData("")]
    public async Task A_hostile_node_name_never_reaches_a_command(string name)
    {
        Assert.False((await Run(Started(ActionKind.Drain) with { Node = new NodeKey("c", name) })).Ok);
        Assert.Empty(_programs.Ran);
    }

    [Theory]
    [InlineData("12;rm")]
    [InlineData("--user=bob")]
    [InlineData("12 13")]
    [InlineData("12,13")]
    [InlineData("12_[1-9]")]
    [InlineData("1_2_3")]
    [InlineData("")]
    public async Task A_hostile_job_id_never_reaches_a_command(string id)
    {
        foreach (var kind in (ActionKind[])[ActionKind.Requeue, ActionKind.Signal])
            Assert.False((await Run(Started(kind) with { Job = new JobIdentity(id, 1000, 0) })).Ok);
        Assert.Empty(_programs.Ran);
    }

    [Fact]
    public async Task Slurms_refusal_is_sure_and_a_hang_is_not()
    {
        _programs.Answer = new ProgramAnswer("", "scontrol ended with 1: Invalid node name specified");
        Assert.True((await Run(Started(ActionKind.Drain))).Sure);
        _programs.Answer = new ProgramAnswer("", "scontrol did not end within 10 s", Unsure: true);
        Assert.False((await Run(Started(ActionKind.Drain))).Sure);
    }

    [Theory]
    [InlineData("slurm_update error: Socket timed out on send/recv operation", false)]
    [InlineData("Unable to contact slurm controller (receive failure) for job 12", false)]
    [InlineData("slurm_update error: Unable to contact slurm controller (send failure)", false)]
    [InlineData("slurm_update error: Zero Bytes were transmitted or received", false)]
    [InlineData("slurm_update error: Unable to contact slurm controller (connect failure)", true)]
    [InlineData("slurm_update error: Invalid user id", true)]
    public async Task What_was_sent_and_not_answered_is_no_refusal_though_the_program_ends_with_1(string says, bool sure)
    {
        _programs.Answer = new ProgramAnswer("", $"scontrol ended with 1: {says}");
        foreach (var kind in (ActionKind[])[ActionKind.Drain, ActionKind.Requeue, ActionKind.Signal, ActionKind.Undrain])
            Assert.Equal((false, sure), ((await Run(Started(kind))).Ok, (await Run(Started(kind))).Sure));
    }

    [Fact]
    public async Task A_nodes_state_reason_user_and_time_are_read_and_a_hostile_reason_is_only_a_reason()
    {
        _programs.Answer = new ProgramAnswer(Line(("idle+drain", 128), ("root(0)", 128), ("1732230000", 24), ("tocsin:8 idle  root(0)  1732230000  tocsin:8", 1024)) + "\n");
        var node = (await Executor().LookAsync(Acting.Action(ActionKind.Drain), false, default))!.Node!;
        Assert.True(node is { Draining: true, Idle: true, ReasonUser: "root", ReasonMs: 1_732_230_000_000 });
        Assert.NotEqual("tocsin:8", node.Reason);
        Assert.Null(await Executor().MarkAsync(Acting.Action(ActionKind.Drain), default));
        _programs.Answer = new ProgramAnswer(Line(("idle+drain", 128), ("root(0)", 128), ("1732230000", 24), ("tocsin:8", 1024)));
        Assert.Equal(new DrainMark(new ActionId(8), 1_732_230_000_000), await Executor().MarkAsync(Acting.Action(ActionKind.Drain), default));
    }

    [Fact]
    public async Task A_node_that_does_not_answer_or_is_powered_down_is_known_by_its_words()
    {
        _programs.Answer = new ProgramAnswer(Line(("down*+drain+powered_down", 128), ("Unknown", 128), ("Unknown", 24), ("none", 1024)));
        var node = (await Executor().LookAsync(Acting.Action(ActionKind.Drain), false, default))!.Node!;
        Assert.Equal(["DOWN", "DRAIN", "POWERED_DOWN"], node.States.Order());
        Assert.Equal(("", "", 0L), (node.Reason, node.ReasonUser, node.ReasonMs));
        Assert.Equal("DOWN", node.NotOurs);
    }

    [Fact]
    public async Task A_jobs_run_and_consent_are_read_and_a_hostile_comment_is_no_consent()
    {
        _programs.Answer = new ProgramAnswer(Job("12", "RUNNING", "1", "0", "1", "tocsin:signal=USR1,requeue"));
        var job = (await Executor().LookAsync(Acting.Action(ActionKind.Signal), false, default))!.Job!;
        Assert.Equal(new SlurmJob(new JobIdentity("12", 1000, 0), true, true, Consent), job);
        _programs.Answer = new ProgramAnswer(Job("12", "RUNNING", "1", "0", "1", "tocsin:signal=USR1,requeue=$(reboot)"));
        Assert.Equal(Consent.None, (await Executor().LookAsync(Acting.Action(ActionKind.Signal), false, default))!.Job!.Consent);
        _programs.Answer = new ProgramAnswer(Job("13", "RUNNING", "1", "0", "1", ""));
        Assert.Null((await Executor().LookAsync(Acting.Action(ActionKind.Signal), false, default))!.Job);
    }

    [Fact]
    public async Task The_last_look_goes_by_the_partition_where_the_comment_is_silent_and_whole()
    {
        var executor = new SlurmExecutor(_programs, Acting.Limits, new NodeCheck(), new FixedTime(Acting.Now), new ConsentRule(new Dictionary<string, Consent> { ["batch"] = Consent }));
        Assert.Equal(Consent, await ConsentedAsync("project=x"));
        Assert.Equal(Consent.None, await ConsentedAsync("tocsin:none"));
        Assert.Equal(Consent.None, await ConsentedAsync("project=x\ntocsin:none"));
        Assert.Equal(Consent.None, await ConsentedAsync(new string('x', 1024)));

        async Task<Consent> ConsentedAsync(string comment)
        {
            _programs.Answer = new ProgramAnswer(Job("12", "RUNNING", "1", "0", "1", comment));
            return (await executor.LookAsync(Acting.Action(ActionKind.Signal), false, default))!.Job!.Consent;
        }
    }

    [Fact]
    public async Task A_job_that_is_gone_is_told_from_a_Slurm_that_does_not_answer()
    {
        _programs.Answer = new ProgramAnswer("", "squeue ended with 1: slurm_load_jobs error: Invalid job id specified");
        Assert.NotNull(await Executor().LookAsync(Acting.Action(ActionKind.Signal) with { Node = null }, false, default));
        _programs.Answer = new ProgramAnswer("", "squeue ended with 1: Unable to contact slurm controller");
        Assert.Null(await Executor().LookAsync(Acting.Action(ActionKind.Signal) with { Node = null }, false, default));
    }

    [Fact]
    public async Task Answers_that_are_no_answers_give_nothing_and_no_exception()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            _programs.Answer = new ProgramAnswer(new string([.. Enumerable.Range(0, random.Next(600)).Select(_ => (char)random.Next(i % 2 == 0 ? 128 : 0x2100))]));
            await Executor().LookAsync(Acting.Action(ActionKind.Requeue), false, default);
        }
    }

    private static string Line(params (string Text, int Width)[] columns) => string.Concat(columns.Select(c => c.Text.PadRight(c.Width)));

    private static string Job(string id, string state, string submit, string restarts, string requeue, string comment) =>
        Line((id, 128), (state, 24), (submit, 24), (restarts, 24), (requeue, 24), ("batch", 128), (comment, 1024)) + "\n";

    private sealed class FakePrograms : ISlurmPrograms
    {
        public List<string> Ran { get; } = [];

        /// <summary>First words that are refused, the resume apart.</summary>
        public string[] Fails { get; set; } = [];

        public ProgramAnswer Answer { get; set; } = new("");

        /// <summary>What sinfo says, and is not noted; null: as everything else.</summary>
        public string? Nodes { get; set; }

        private bool _patient;

        /// <summary>Whatever a command's limit is.</summary>
        public FakePrograms Patient()
        {
            _patient = true;
            return this;
        }

        public Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken stop)
        {
            if (!_patient)
                Assert.Equal(TimeSpan.FromSeconds(program == "srun" ? 60 : 10), limit);
            if (Nodes is { } nodes && program == "sinfo")
                return Task.FromResult(new ProgramAnswer(nodes));
            Ran.Add(string.Join('|', arguments.Prepend(program)));
            var word = program == "srun" ? "srun" : arguments[0];
            return Task.FromResult(Fails.Contains(word) && (word == "srun" || arguments[^1] != "State=RESUME") ? new ProgramAnswer("", $"{program} ended with 1") : Answer);
        }
    }

    private sealed class FixedTime(long nowMs) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(nowMs);
    }
}
