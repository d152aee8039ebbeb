using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tocsin.Integration.Serve;

/// <summary>The daemon as a process: what it does when it starts, is told to end, or cannot run.</summary>
public sealed class ServeSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_in_order_and_the_data_folder_is_free_again(string signal)
    {
        for (var i = 0; i < 2; i++)
        {
            await using var serve = await ServeProcess.StartAsync(folder: _folder, ready: false);
            Assert.Equal(200, (await serve.GetAsync("/-/healthy")).Status);
            await serve.SignalAsync(signal);
            using var limit = new CancellationTokenSource(ServeProcess.Limit);
            await serve.Process.WaitForExitAsync(limit.Token);
            Assert.True(serve.Process.ExitCode == 0, serve.Said);
            Assert.Contains($"info serve: SIG{signal}: stopping", serve.Said);
            Assert.EndsWith("info serve: stopped", serve.Said.TrimEnd());
        }
    }

    [Fact]
    public async Task A_second_one_on_the_same_folder_is_refused_and_kill_9_frees_it()
    {
        await using (var first = await ServeProcess.StartAsync(folder: _folder, ready: false))
        {
            var second = await TocsinProcess.RunAsync("serve", "--config", first.Config);
            Assert.Equal(1, second.ExitCode);
            Assert.Contains("is in use by another process", second.Error);
            first.Process.Kill();
            await first.Process.WaitForExitAsync();
        }
        await using var third = await ServeProcess.StartAsync(folder: _folder, ready: false);
        Assert.Equal(0, await third.StopAsync());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var result = await RunAsync($"listen: {{address: '127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}'}}");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("tocsin: listen.address: ", result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    [Fact]
    public async Task Every_problem_of_the_options_is_told_before_anything_is_touched()
    {
        var result = await RunAsync("cadence: 9h\nlisten: {address: '0.0.0.0:8484'}\nalert: {}\nnothing: 1");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["tocsin: 3 options are not right:", "  cadence: ", "  listen.address: ", "  nothing: "], result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[..Math.Min(l.Length, l.StartsWith("tocsin", StringComparison.Ordinal) ? 99 : l.IndexOf(':') + 2)]).Order(StringComparer.Ordinal).OrderBy(l => !l.StartsWith("tocsin", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(Path.Combine(_folder, "data")));
    }

    [Fact]
    public async Task Check_says_that_the_options_are_right_and_starts_nothing()
    {
        var result = await RunAsync("", "--check");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.False(Directory.Exists(Path.Combine(_folder, "data")));
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("serve --config a --sett b=c")]
    public async Task Wrong_words_are_told_as_such(string words) => Assert.Equal(2, (await TocsinProcess.RunAsync(words.Split(' '))).ExitCode);

    [Fact]
    public async Task Tokens_are_read_again_at_SIGHUP_and_never_said()
    {
        var file = Path.Combine(_folder, "tokens");
        await File.WriteAllTextAsync(file, "read first-token-of-the-day\n");
        await using var serve = await ServeProcess.StartAsync($"tokens: {{file: '{file}'}}", _folder, ready: false);
        Assert.Equal(401, (await serve.GetAsync("/api/v1/nodes")).Status);
        serve.Token = "first-token-of-the-day";
        Assert.Equal(200, (await serve.GetAsync("/api/v1/nodes")).Status);
        await File.WriteAllTextAsync(file, "read other-token-of-the-day\n");
        await serve.SignalAsync("HUP");
        await serve.WaitAsync(async () => (await serve.GetAsync("/api/v1/nodes")).Status == 401, "the old token was still taken");
        serve.Token = "other-token-of-the-day";
        Assert.Equal(200, (await serve.GetAsync("/api/v1/nodes")).Status);
        Assert.DoesNotContain("token-of-the-day", serve.Said);
    }

    [Fact]
    public async Task With_TLS_it_speaks_nothing_else()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(_folder, "c.pem"), made.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_folder, "k.pem"), key.ExportPkcs8PrivateKeyPem());
        await using var serve = await ServeProcess.StartAsync($"tls: {{certificate: '{_folder}/c.pem', key: '{_folder}/k.pem'}}", _folder, ready: false);
        Assert.Equal("https", serve.Address.Scheme);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == made.GetCertHashString() },
        };
        using var client = new HttpClient(handler);
        Assert.Equal("healthy\n", await client.GetStringAsync(new Uri(serve.Address, "/-/healthy")));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri($"http://127.0.0.1:{serve.Address.Port}/-/healthy")));
        var result = await RunAsync($"tls: {{certificate: '{_folder}/k.pem', key: '{_folder}/k.pem'}}");
        Assert.Contains("tls.certificate: ", result.Error);
    }

    private async Task<ProcessResult> RunAsync(string yaml, params string[] words)
    {
        var file = Path.Combine(_folder, "given.yaml");
        await File.WriteAllTextAsync(file, $"cluster: hpc\ndata: '{Path.Combine(_folder, "data")}'\n{yaml}\n");
        return await TocsinProcess.RunAsync(["serve", "--config", file, .. words]);
    }
}
