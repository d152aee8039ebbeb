using System.Diagnostics;
using System.Net;
using System.Text;
using Xunit.Abstractions;

namespace Tocsin.Integration.Deploying;

/// <summary>The tarball: made, unpacked, started without the SDK's runtime, upgraded, rolled back; what was written is there each time.</summary>
public sealed class PackageSpec(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-package-").FullName;
    private readonly int _port = FakeExporter.FreePort();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private string Config => Path.Combine(_folder, "tocsin.yaml");

    private string Place => Path.Combine(_folder, "opt");

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task State_outlives_an_upgrade_and_the_way_back()
    {
        var made = await RunAsync(Repository.File("deploy", "package.sh"), "--version", "0.1.0-test", "--out", _folder);
        Assert.True(made.ExitCode == 0, made.Output + made.Error);
        var tarball = Assert.Single(Directory.GetFiles(_folder, "*.tar.gz"));
        Assert.Equal(0, (await RunAsync("tar", "-C", _folder, "-xzf", tarball)).ExitCode);
        var unpacked = tarball[..^".tar.gz".Length];
        await File.WriteAllTextAsync(Config, $"cluster: hpc\ndata: '{_folder}/data'\nlisten: {{address: '127.0.0.1:{_port}'}}\n");

        await InstallAsync(unpacked, "current: 0.1.0-test");
        await ServedAsync(async () =>
        {
            await PostAsync("first");
            Assert.Equal(["first"], await JobsAsync());
        });

        var newer = Path.Combine(_folder, "newer");
        Directory.Move(unpacked, newer);
        await File.WriteAllTextAsync(Path.Combine(newer, "VERSION"), "0.2.0-test\n");
        await InstallAsync(newer, "current: 0.2.0-test (previous: 0.1.0-test)");
        await ServedAsync(async () =>
        {
            Assert.Equal(["first"], await JobsAsync());
            await PostAsync("second");
            Assert.Equal(["first", "second"], await JobsAsync());
        });

        var back = await RunAsync(Path.Combine(Place, "current", "install.sh"), "--rollback", "--to", Place);
        Assert.True(back.ExitCode == 0, back.Error);
        Assert.StartsWith("current: 0.1.0-test (was 0.2.0-test)", back.Output);
        await ServedAsync(async () => Assert.Equal(["first", "second"], await JobsAsync()));

        // Options that the new version does not take leave the old one in place.
        await File.AppendAllTextAsync(Config, "no_such_key: 1\n");
        var refused = await RunAsync(Path.Combine(newer, "install.sh"), "--to", Place, "--config", Config);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("nothing was changed", refused.Error);
        Assert.Equal("versions/0.1.0-test", new FileInfo(Path.Combine(Place, "current")).LinkTarget);
    }

    private async Task InstallAsync(string from, string says)
    {
        var result = await RunAsync(Path.Combine(from, "install.sh"), "--to", Place, "--config", Config);
        output.WriteLine(result.Output + result.Error);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains($"{says}\n", result.Output);
    }

    /// <summary>The current version, from ready to its end in order.</summary>
    private async Task ServedAsync(Func<Task> during)
    {
        var start = new ProcessStartInfo(Path.Combine(Place, "current", "tocsin"), ["serve", "--config", Config]) { RedirectStandardError = true };
        // Its own runtime and no other.
        start.Environment.Remove("DOTNET_ROOT");
        start.Environment["PATH"] = "/nowhere";
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => output.WriteLine(line.Data ?? "");
        process.BeginErrorReadLine();
        try
        {
            await Waiting.ForAsync(ReadyAsync, "ready", TimeSpan.FromMinutes(3));
            await during();
            Assert.Equal(0, (await RunAsync("kill", "-TERM", $"{process.Id}")).ExitCode);
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private async Task<bool> ReadyAsync()
    {
        try
        {
            return (await _http.GetAsync(Url("-/ready"))).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task PostAsync(string job)
    {
        var start = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60;
        using var content = new StringContent($$"""{"event": "start", "jobId": "{{job.Length}}", "jobName": "{{job}}", "nodes": "cn1", "time": {{start}}}""", Encoding.UTF8, "application/json");
        (await _http.PostAsync(Url("api/v1/jobs/events"), content)).EnsureSuccessStatusCode();
        await Waiting.ForAsync(async () => (await JobsAsync()).Contains(job), $"job {job} to be told", TimeSpan.FromMinutes(3));
    }

    private async Task<IReadOnlyList<string>> JobsAsync()
    {
        var text = await _http.GetStringAsync(Url("api/v1/jobs"));
        return [.. ((string[])["first", "second"]).Where(n => text.Contains($"\"{n}\"", StringComparison.Ordinal))];
    }

    private Uri Url(string path) => new($"http://127.0.0.1:{_port}/{path}");

    private static Task<ProcessResult> RunAsync(string program, params string[] words) => TocsinProcess.RunAsync(program, words, TimeSpan.FromMinutes(15));
}
