using Tocsin.Integration.Slurm;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>deploy/slurm/tocsin-checkpoint, as another user of the cluster, against the daemon's server and a real munged.</summary>
public sealed class ClientSpec(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-client-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_job_registers_asks_and_tells_and_a_signal_that_comes_twice_writes_once()
    {
        if (MungeDaemon.IsLeftOut(output))
            return;
        using var munge = new MungeDaemon();
        await munge.StartAsync();
        await using var desk = new AnsweringDesk(munge.Socket) { Owner = uint.Parse((await TocsinProcess.RunAsync("id", ["-u", "nobody"], TimeSpan.FromSeconds(60))).Output) };
        await desk.StartAsync();

        Assert.Equal(0, await RunAsync(munge, desk, "register"));
        Assert.Equal(0, await RunAsync(munge, desk, "register", "USR2"));
        Assert.Equal(1, await RunAsync(munge, desk, "should"));
        Assert.Equal(1, await RunAsync(munge, desk, "ask"));
        desk.Action = 17;
        Assert.Equal(0, await RunAsync(munge, desk, "should"));
        Assert.Equal(0, await RunAsync(munge, desk, "ask"));

        var written = Path.Combine(_folder, "written");
        string[] write = ["handle", "--", "sh", "-c", $"echo once >>{written}"];
        Assert.Equal(0, await RunAsync(munge, desk, write));
        Assert.Equal(0, await RunAsync(munge, desk, write));
        Assert.Single(await File.ReadAllLinesAsync(written));
        desk.Action = 18;
        Assert.Equal(1, await RunAsync(munge, desk, "handle", "--", "false"));
        desk.Action = null;
        Assert.Equal(0, await RunAsync(munge, desk, write));
        Assert.Equal(0, await RunAsync(munge, desk, "ack", "0", "written", "3"));
        Assert.Equal(
            ["register USR1", "register USR2", "ask", "ask", "ack 17 written", "ack 17 written", "ack 18 failed", "ack 0 written", "ack 0 written"],
            desk.Said.Select(s => s["12 ".Length..]));
    }

    [Fact]
    public async Task A_job_goes_on_where_Tocsin_or_munge_is_away_and_tells_it_when_it_is_back()
    {
        if (MungeDaemon.IsLeftOut(output))
            return;
        using var munge = new MungeDaemon();
        await munge.StartAsync();
        await using var desk = new AnsweringDesk(munge.Socket) { Owner = uint.Parse((await TocsinProcess.RunAsync("id", ["-u", "nobody"], TimeSpan.FromSeconds(60))).Output), Action = 17 };
        await desk.StartAsync();
        desk.Away = 2;
        Assert.Equal(3, await RunAsync(munge, desk, "should"));
        // Away as the signal comes, and back once the checkpoint is written.
        Assert.Equal(0, await RunAsync(munge, desk, "handle", "--", "true"));
        Assert.Equal(["12 ack 17 written"], desk.Said);
        // "Later" is no refusal.
        desk.TooOften = true;
        Assert.Equal(3, await RunAsync(munge, desk, "should"));
        Assert.Equal(3, await RunAsync(munge, desk, "ack", "0", "written", "3"));
        desk.TooOften = false;
        desk.Owner = 0;
        Assert.Equal(1, await RunAsync(munge, desk, "ask"));
        munge.Stop();
        Assert.Equal(3, await RunAsync(munge, desk, "should"));
        Assert.Equal(2, await RunAsync(munge, desk, "ack", "17", "maybe"));
        Assert.Equal(2, await RunAsync(munge, desk, "shout"));
    }

    private async Task<int> RunAsync(MungeDaemon munge, AnsweringDesk desk, params string[] words)
    {
        var state = Path.Combine(_folder, "state");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        // A copy: the repository need not be everybody's to read.
        var client = Path.Combine(_folder, "tocsin-checkpoint");
        File.Copy(HookScripts.Find("tocsin-checkpoint"), client, overwrite: true);
        var (code, said) = await HookScripts.RunAsync(["/usr/sbin/runuser", "-u", "nobody", "--", client, .. words], new()
        {
            ["PATH"] = "/usr/bin:/bin",
            ["SLURM_JOB_ID"] = "12",
            ["TOCSIN_URL"] = desk.Address.ToString(),
            ["TOCSIN_MUNGE_SOCKET"] = munge.Socket,
            ["TOCSIN_STATE"] = state,
        });
        output.WriteLine($"{string.Join(' ', words)}: {code} {said}");
        return code;
    }
}
