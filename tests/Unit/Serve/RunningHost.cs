using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve;
using Tocsin.Unit.Options;

namespace Tocsin.Unit.Serve;

/// <summary>The daemon's host in this process, on a free port and in a folder of its own.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    public const string ReadToken = "read-token-0123456789", IngestToken = "ingest-token-0123456789", OperateToken = "operate-token-0123456789", MirasToken = "miras-token-0123456789";

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-").FullName;
    private readonly StringWriter _said = new();
    private readonly HttpClient _client;

    private RunningHost(string yaml, bool tokens, FakeBackend? backend)
    {
        if (tokens)
        {
            var file = Path.Combine(_folder, "tokens");
            File.WriteAllText(file, $"# words\nread {ReadToken}\ningest {IngestToken}\noperate,read {OperateToken}\nread {MirasToken} user=mira\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            yaml += $"\ntokens: {{file: '{file}'}}";
        }
        Options = ConfigSpec.Options($"cluster: hpc\ndata: '{Path.Combine(_folder, "data")}'\nlisten: {{address: '127.0.0.1:0'}}\n{yaml}");
        Backend = backend ?? new FakeBackend();
        Host = new ServeHost(Options, (_, _) => Backend, new OwnLog(TextWriter.Synchronized(_said), Options.Log, TimeProvider.System), TimeProvider.System);
        _client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
    }

    public ServeOptions Options { get; }

    public FakeBackend Backend { get; }

    public ServeHost Host { get; }

    public string Said => _said.ToString();

    public Uri Address => Host.Address;

    public static async Task<RunningHost> StartAsync(string yaml = "", bool tokens = false, FakeBackend? backend = null)
    {
        var running = new RunningHost(yaml, tokens, backend);
        await running.Host.StartAsync(default);
        return running;
    }

    public async Task<HttpResponseMessage> SendAsync(string method, string path, string? token = null, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address, path)) { Content = body };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async Task<(HttpStatusCode Status, JsonNode Body)> JsonAsync(string path, string? token = null)
    {
        using var response = await SendAsync("GET", path, token);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public async Task<string> TextAsync(string path)
    {
        using var response = await SendAsync("GET", path);
        return await response.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Host.StopAsync();
        await Host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
