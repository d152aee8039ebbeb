using System.Text.RegularExpressions;
using Tocsin.Actors.Supervision;
using Tocsin.Actors.Supervision.Picture;
using Tocsin.Checkpointing.Actions;
using Tocsin.Checkpointing.Slurm;
using Tocsin.Ingest.Slurm.Commands;

namespace Tocsin.ActorTests.Supervision;

public sealed class PictureTakerSpec
{
    /// <summary>squeue of Slurm 22.05 prints the end of a line in a comment as it is, and cuts each column at its width.</summary>
    [Fact]
    public async Task A_line_in_a_comment_tells_of_no_other_users_job()
    {
        var forged = "4711".PadRight(128) + string.Concat(((string[])["4711", "666", "1800000000", "1800000000", "0", "1", "OK"]).Select(c => c.PadRight(24))) + "main".PadRight(128) + "cpu=1".PadRight(128) + "tocsin:signal=USR1";
        var slurm = new TwoJobs($"x\n{forged}");
        var (picture, why) = await new PictureTaker(slurm, "c", TimeSpan.FromSeconds(20), TimeProvider.System).TakeAsync(default);
        Assert.Null(why);
        Assert.Equal((1000u, null), (picture!.Jobs["4711"].Uid, picture.Jobs["4711"].Consent.Signal));
        Assert.Equal(666u, picture.Jobs["4712"].Uid);
    }

    [Theory]
    [InlineData("project=x", "USR2")]
    [InlineData("tocsin:signal=USR1", "USR1")]
    [InlineData("tocsin:none", null)]
    [InlineData("project=x\ntocsin:none", null)]
    public async Task A_partition_consents_for_the_jobs_that_say_nothing(string comment, string? signal)
    {
        var consents = new ConsentRule(new Dictionary<string, Consent> { ["main"] = new("USR2", RequeueConsent.Never) });
        var (picture, _) = await new PictureTaker(new TwoJobs(comment), "c", TimeSpan.FromSeconds(20), TimeProvider.System, consents).TakeAsync(default);
        Assert.Equal(("USR2", signal), (picture!.Jobs["4711"].Consent.Signal, picture.Jobs["4712"].Consent.Signal));
    }

    [Fact]
    public async Task The_answer_of_a_large_cluster_is_read()
    {
        var answer = await new SlurmProgramRunner(new SlurmPrograms(), TimeProvider.System).RunAsync("head", ["-c", "9000000", "/dev/zero"], TimeSpan.FromMinutes(2), default);
        Assert.Equal((null, 9_000_000), (answer.Failure, answer.Output.Length));
    }

    /// <summary>4711 of user 1000, and 4712 of user 666, who says what stands in its comment.</summary>
    private sealed class TwoJobs(string comment) : ISlurmPrograms
    {
        public Task<ProgramAnswer> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken stop)
        {
            if (program == "sinfo")
                return Answer(Line(arguments, "n001", "mixed", "main*", "Unknown", "Unknown", "2/2/0/4", "8000", "1500", "none"));
            if (program == "scontrol")
                return Answer("");
            if (arguments.Any(a => a.StartsWith("--format=", StringComparison.Ordinal)))
                return Answer("4711 n001\n4712 n001\n");
            return Answer(Job("4711", "1000", "") + Job("4712", "666", comment));

            string Job(string id, string user, string says) => Line(arguments, id, id, user, "1799990000", "1799990000", "0", "1", "OK", "main", "cpu=3,mem=3000M,node=2,billing=3", says);
        }

        private static Task<ProgramAnswer> Answer(string text) => Task.FromResult(new ProgramAnswer(text));

        private static string Line(IReadOnlyList<string> arguments, params string[] values)
        {
            var widths = Regex.Matches(arguments.Single(a => a.StartsWith("--Format=", StringComparison.Ordinal)), @":(\d+)").Select(m => int.Parse(m.Groups[1].Value)).ToList();
            Assert.Equal(widths.Count, values.Length);
            return string.Concat(values.Select((v, i) => (v.Length > widths[i] ? v[..widths[i]] : v).PadRight(widths[i]))) + "\n";
        }
    }
}
