using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;
using Tocsin.CheckpointingTests.Actions;

namespace Tocsin.CheckpointingTests.Slurm;

/// <summary>Where giving a node back breaks off halfway.</summary>
public sealed class SlurmUndrainSpec
{
    private static readonly ActionRecord Undrain = Acting.Action(ActionKind.Undrain) with { State = new Started(1, Acting.Now, Acting.Now + 5000) };

    private static readonly SlurmCommand Resume = new("scontrol", ["update", "NodeName=n001", "State=RESUME"]);

    private readonly List<string> _ran = [];
    private TimeSpan _longest;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_resume_of_which_nobody_knows_what_came_leaves_the_reservation_to_keep_other_jobs_out(bool hung)
    {
        var result = await Run(c => c.EndsWith("State=RESUME", StringComparison.Ordinal) ? hung ? Hung : new ProgramAnswer("", "scontrol ended with 1: slurm_update error: Socket timed out on send/recv operation") : null);
        Assert.Equal((false, false), (result.Ok, result.Sure));
        Assert.DoesNotContain(_ran, c => c.Contains("delete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reason_that_nobody_could_look_at_after_a_failed_check_is_not_written_over()
    {
        var looked = 0;
        var result = await Run(c => c.StartsWith("srun", StringComparison.Ordinal) ? Refused : c.StartsWith("sinfo", StringComparison.Ordinal) && ++looked > 1 ? Hung : null);
        Assert.Equal((false, false), (result.Ok, result.Sure));
        Assert.DoesNotContain(_ran, c => c.Contains("State=DRAIN", StringComparison.Ordinal) || c.Contains("delete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_its_commands_end_within_what_a_successor_waits_for()
    {
        await Run(c => c.StartsWith("srun", StringComparison.Ordinal) ? Refused : null);
        Assert.Contains(_ran, c => c.Contains("State=DRAIN", StringComparison.Ordinal));
        Assert.True(_longest.TotalMilliseconds <= Acting.Limits.TakesMs(ActionKind.Undrain), $"{_longest}");
    }

    private static ProgramAnswer Hung => new("", "scontrol did not end within 10 s", Unsure: true);

    private static ProgramAnswer Refused => new("", "srun ended with 1");

    private Task<CommandResult> Run(Func<string, ProgramAnswer?> answers) =>
        new SlurmUndrain(new Programs(this, answers), Acting.Limits, new NodeCheck("/opt/check")).RunAsync(Undrain, Resume, default, Acting.Mark);

    private sealed class Programs(SlurmUndrainSpec spec, Func<string, ProgramAnswer?> answers) : ISlurmPrograms
    {
        public Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken stop)
        {
            var command = string.Join(' ', arguments.Prepend(program));
            spec._ran.Add(command);
            spec._longest += limit;
            return Task.FromResult(answers(command) ?? new ProgramAnswer(program == "sinfo" ? Drained : ""));
        }

        private static string Drained => "idle+drain+maint".PadRight(128) + "root(0)".PadRight(128) + "9000".PadRight(24) + "tocsin:7".PadRight(1024);
    }
}
