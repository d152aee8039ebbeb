using Tocsin.Ingest.Slurm.Events;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Slurm;

/// <summary>The hooks' scripts: whatever a job is called and whatever is broken, they say 0 and leave a whole event or none.</summary>
public sealed class HookSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
    private readonly HookScripts _hooks;

    public HookSpec() => _hooks = new HookScripts(Path.Combine(_folder, "spool"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("new\nline")]
    [InlineData("quotes \" ' ` \\ \\n %s %n $HOME")]
    [InlineData("$(touch PWNED);`touch PWNED`;touch PWNED|&>PWNED")]
    [InlineData("{\"event\":\"end\"}\n{\"jobId\":\"1\"}")]
    [InlineData("-n -e --help *")]
    [InlineData("tab\tbell\a escape\u001b[31m")]
    [InlineData("ümläut 日本語 \ud83d\ude00")]
    public async Task A_jobs_name_arrives_as_it_is_whatever_it_is(string name)
    {
        Assert.Equal((0, ""), await _hooks.PrologAsync(HookScripts.Variables("12", name)));
        var read = Read().Single();
        Assert.Equal((name, "12", "ada", "n[001-002]", 2), (read.JobName, read.JobId, read.User, read.NodeList, read.NodeCount));
        Assert.NotNull(read.StartMs);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_hooks.Spool, "tmp")));
        Assert.False(File.Exists(Path.Combine(_folder, "PWNED")) || File.Exists("PWNED"));
    }

    [Fact]
    public async Task A_very_long_name_is_cut()
    {
        await _hooks.PrologAsync(HookScripts.Variables("12", new string('x', 100_000)));
        Assert.Equal(new string('x', JobEvent.MaxText), Read().Single().JobName);
    }

    [Fact]
    public async Task An_epilog_ends_the_run_and_knows_no_start()
    {
        await _hooks.EpilogAsync(HookScripts.Variables("12", "x"));
        var read = Read().Single();
        Assert.Null(read.StartMs);
        Assert.NotNull(read.EndMs);
    }

    /// <summary>Slurm gives them from 23.02 on; a prolog's end is only foreseen.</summary>
    [Fact]
    public async Task Slurms_own_times_are_taken_where_it_gives_them()
    {
        var variables = new Dictionary<string, string>(HookScripts.Variables("12", "x")) { ["SLURM_JOB_START_TIME"] = "1700000000", ["SLURM_JOB_END_TIME"] = "1700000100" };
        await _hooks.PrologAsync(variables);
        Assert.Equal((1_700_000_000_000, null), Read().Select(e => (e.StartMs, e.EndMs)).Single());
        Directory.Delete(_hooks.Spool, recursive: true);
        await _hooks.EpilogAsync(variables);
        Assert.Equal((1_700_000_000_000, 1_700_000_100_000), Read().Select(e => (e.StartMs, e.EndMs)).Single());
    }

    [Fact]
    public async Task Arrays_and_heterogeneous_jobs_have_the_ids_that_the_accounting_has()
    {
        var array = new Dictionary<string, string>(HookScripts.Variables("27", "a")) { ["SLURM_ARRAY_JOB_ID"] = "24", ["SLURM_ARRAY_TASK_ID"] = "3" };
        var het = new Dictionary<string, string>(HookScripts.Variables("26", "h")) { ["SLURM_HET_JOB_ID"] = "25", ["SLURM_HET_JOB_OFFSET"] = "1" };
        await _hooks.PrologAsync(array);
        await _hooks.PrologAsync(het);
        Assert.Equal(["24_3", "25+1"], Read().Select(e => e.JobId).Order());
    }

    [Theory]
    [InlineData("12;rm", "n1")]
    [InlineData("", "n1")]
    [InlineData("../../12", "n1")]
    [InlineData("12", "")]
    [InlineData("12", "n1\",\"x\":\"")]
    [InlineData("12", "n1 n2\n")]
    public async Task What_is_no_id_or_no_list_of_nodes_leaves_nothing_and_fails_nothing(string id, string nodes)
    {
        Assert.Equal((0, ""), await _hooks.PrologAsync(HookScripts.Variables(id, "x", nodes)));
        Assert.Empty(_hooks.Waiting);
    }

    [Fact]
    public async Task A_user_that_is_no_name_is_left_out()
    {
        await _hooks.PrologAsync(new(HookScripts.Variables("12", "x")) { ["SLURM_JOB_USER"] = "a\"b" });
        Assert.Null(Read().Single().User);
    }

    [Fact]
    public async Task A_spool_that_cannot_be_written_fails_nobody()
    {
        // Where the spool should be there is a file, so that not even root can write below it.
        await File.WriteAllTextAsync(_hooks.Spool, "");
        Assert.Equal((0, ""), await _hooks.PrologAsync(HookScripts.Variables("12", "x")));
        Assert.Equal((0, ""), await new HookScripts("/proc/nowhere").EpilogAsync(HookScripts.Variables("12", "x")));
    }

    [Fact]
    public async Task A_disk_that_takes_no_more_leaves_no_half_event()
    {
        await _hooks.PrologAsync(HookScripts.Variables("1", "x"));
        // No file may grow beyond 0 blocks: every write fails, or kills the writer.
        var (code, _) = await HookScripts.RunAsync(
            ["/bin/sh", "-c", "ulimit -f 0; exec \"$0\"", HookScripts.Find("tocsin-prolog-slurmctld")],
            new(HookScripts.Variables("2", "x")) { ["TOCSIN_SPOOL"] = _hooks.Spool });
        Assert.Equal(0, code);
        Assert.Equal("1", Read().Single().JobId);
    }

    [Fact]
    public async Task A_full_spool_takes_no_more_events()
    {
        var variables = new Dictionary<string, string>(HookScripts.Variables("12", "x")) { ["TOCSIN_SPOOL_MOST"] = "3" };
        for (var i = 0; i < 5; i++)
            Assert.Equal((0, ""), await _hooks.PrologAsync(variables));
        Assert.Equal(3, _hooks.Waiting.Length);
    }

    [Fact]
    public async Task Hooks_side_by_side_lose_nothing_and_mix_nothing()
    {
        var ids = Enumerable.Range(1, 40).Select(i => $"{i}").ToArray();
        await Task.WhenAll(ids.Select(id => _hooks.PrologAsync(HookScripts.Variables(id, $"job {id}\n"))));
        Assert.Equal(ids.Order(StringComparer.Ordinal), Read().Where(e => e.JobName == $"job {e.JobId}\n").Select(e => e.JobId).Order(StringComparer.Ordinal));
    }

    private IReadOnlyList<JobEvent> Read()
    {
        var body = _hooks.Waiting.SelectMany(File.ReadAllBytes).ToArray();
        var batch = JobEventJson.Parse(body, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Null(batch.Refused);
        Assert.All(batch.Items, i => Assert.Null(i.Error));
        return batch.Events;
    }
}
