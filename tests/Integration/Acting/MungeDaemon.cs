using System.Diagnostics;
using System.Security.Cryptography;
using Xunit.Abstractions;

namespace Tocsin.Integration.Acting;

/// <summary>A munged of its own: folder, key and socket. Other users of this host may make credentials, as on a cluster's nodes.</summary>
internal sealed class MungeDaemon : IDisposable
{
    private const string Program = "/usr/sbin/munged";

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-munge-").FullName;
    private Process? _process;

    public MungeDaemon()
    {
        Key("key");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_001_001);
    }

    public string Socket => Path.Combine(_folder, "socket");

    public static bool IsLeftOut(ITestOutputHelper output)
    {
        if (!SystemPart.IsThere(Program, "munge", output))
            return true;
        if (Environment.UserName == "root")
            return false;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "munged needs root here");
        output.WriteLine("left out: munged needs root here");
        return true;
    }

    /// <param name="key">Of this name; another name is another cluster's.</param>
    public async Task StartAsync(string key = "key")
    {
        Key(key);
        _process = Process.Start(new ProcessStartInfo(Program, ["--foreground", "--force", $"--key-file={Path.Combine(_folder, key)}", $"--socket={Socket}", $"--pid-file={Path.Combine(_folder, "pid")}",
            $"--log-file={Path.Combine(_folder, "log")}", $"--seed-file={Path.Combine(_folder, "seed")}"])
        { RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        await Waiting.ForAsync(async () => (await TocsinProcess.RunAsync("munge", [$"--socket={Socket}", "--no-input"], TimeSpan.FromSeconds(30))).ExitCode == 0, "munged");
    }

    public void Stop()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <param name="user">Who makes it; null: this one.</param>
    public async Task<string> MakeAsync(string payload, string? user = null, params string[] more)
    {
        string[] munge = ["munge", $"--socket={Socket}", $"--string={payload}", .. more];
        var made = await TocsinProcess.RunAsync(user is null ? "munge" : "runuser", user is null ? munge[1..] : ["-u", user, "--", .. munge], TimeSpan.FromSeconds(60));
        Assert.True(made.ExitCode == 0, made.Error);
        return made.Output.Trim();
    }

    public void Dispose()
    {
        if (_process is not null)
            Stop();
        Directory.Delete(_folder, recursive: true);
    }

    private void Key(string name)
    {
        var file = Path.Combine(_folder, name);
        if (File.Exists(file))
            return;
        File.WriteAllBytes(file, RandomNumberGenerator.GetBytes(1024));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
