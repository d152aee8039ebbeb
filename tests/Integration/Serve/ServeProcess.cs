using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Tocsin.Integration.Serve;

/// <summary>The built executable as the daemon, in a process of its own, in a folder of its own unless one is given.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    private readonly StringBuilder _said = new();
    private readonly string _folder;
    private readonly bool _own;
    private readonly HttpClient _client = new() { Timeout = Limit };

    private ServeProcess(string yaml, string? folder, string[] words)
    {
        _own = folder is null;
        _folder = folder ?? Directory.CreateTempSubdirectory("tocsin-").FullName;
        Config = Path.Combine(_folder, "tocsin.yaml");
        File.WriteAllText(Config, $"cluster: hpc\ndata: '{Path.Combine(_folder, "data")}'\n{(yaml.Contains("listen:", StringComparison.Ordinal) ? "" : "listen: {address: '127.0.0.1:0'}")}\n{yaml}\n");
        Process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "tocsin.dll"), "serve", "--config", Config, .. words]) { RedirectStandardError = true })!;
        Process.ErrorDataReceived += (_, line) =>
        {
            lock (_said)
                _said.AppendLine(line.Data);
        };
        Process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public string Config { get; }

    public string Folder => _folder;

    public Uri Address { get; private set; } = new("http://127.0.0.1:1/");

    public string? Token { get; set; }

    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Begins to start, and waits for nothing.</summary>
    public static ServeProcess Begin(string yaml, string folder) => new(yaml, folder, []);

    /// <summary>Until it says where it listens, and <c>/-/ready</c> answers: 200 where <paramref name="ready"/>.</summary>
    public static async Task<ServeProcess> StartAsync(string yaml = "", string? folder = null, bool ready = true, string[]? words = null)
    {
        var serve = new ServeProcess(yaml, folder, words ?? []);
        try
        {
            await serve.WaitAsync(() => Task.FromResult(serve.Said.Contains("listening on ", StringComparison.Ordinal)), "it did not say where it listens");
            var said = serve.Said;
            var at = said.IndexOf("listening on ", StringComparison.Ordinal) + "listening on ".Length;
            serve.Address = new Uri(said[at..said.IndexOfAny(['\n', ','], at)].Trim());
            if (ready)
                await serve.WaitAsync(async () => (await serve.GetAsync("/-/ready")).Status == 200, "it was not ready");
            return serve;
        }
        catch
        {
            await serve.DisposeAsync();
            throw;
        }
    }

    public async Task<(int Status, string Body)> GetAsync(string path) => await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path)));

    public async Task<JsonNode> JsonAsync(string path)
    {
        var (status, body) = await GetAsync(path);
        return status == 200 ? JsonNode.Parse(body)! : throw new InvalidOperationException($"{path}: {status} {body}");
    }

    public Task<(int Status, string Body)> PostAsync(string path, byte[] body, string type, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = content });
    }

    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, $"{Process.Id}"])!;
        await kill.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the exit status.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        using var limit = new CancellationTokenSource(Limit);
        await Process.WaitForExitAsync(limit.Token);
        return Process.ExitCode;
    }

    public async Task WaitAsync(Func<Task<bool>> happened, string otherwise)
    {
        var clock = Stopwatch.StartNew();
        while (!await happened())
        {
            if (clock.Elapsed > Limit || Process.HasExited)
                throw new TimeoutException($"{otherwise}{(Process.HasExited ? $"; it ended with {Process.ExitCode}" : "")}:\n{Said}");
            await Task.Delay(30);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
            Process.Kill(entireProcessTree: true);
        await Process.WaitForExitAsync();
        Process.Dispose();
        _client.Dispose();
        if (_own)
            Directory.Delete(_folder, recursive: true);
    }

    private async Task<(int Status, string Body)> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            if (Token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
            using var response = await _client.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }
}
