using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Tocsin.Integration.Alerts;

/// <summary>A real Alertmanager on free loopback ports, with a folder of its own.</summary>
internal sealed class AlertmanagerServer : IAsyncDisposable
{
    public const string Program = "/usr/bin/prometheus-alertmanager";

    private readonly Process _process;
    private readonly string _folder;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private AlertmanagerServer(Process process, string folder, Uri url) => (_process, _folder, Url) = (process, folder, url);

    public Uri Url { get; }

    public static bool Installed => File.Exists(Program);

    /// <param name="webhook">Where it notifies; null: nowhere.</param>
    public static async Task<AlertmanagerServer> StartAsync(string? webhook = null)
    {
        var folder = Directory.CreateTempSubdirectory("tocsin-am-").FullName;
        var receiver = webhook is null ? "- name: r" : $"- name: r\n  webhook_configs:\n  - url: {webhook}\n    send_resolved: true";
        await File.WriteAllTextAsync(Path.Combine(folder, "am.yml"),
            $"route:\n  receiver: r\n  group_by: [alertname, node]\n  group_wait: 100ms\n  group_interval: 500ms\n  repeat_interval: 1h\nreceivers:\n{receiver}\n");
        var port = FakeExporter.FreePort();
        var process = Process.Start(new ProcessStartInfo(Program,
            [$"--config.file={folder}/am.yml", $"--storage.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var server = new AlertmanagerServer(process, folder, new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            await Until.TrueAsync(server.IsReadyAsync, TimeSpan.FromSeconds(60));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }

    public async Task<IReadOnlyList<JsonElement>> AlertsAsync()
    {
        var alerts = await _http.GetFromJsonAsync<JsonElement>(new Uri(Url, "api/v2/alerts?active=true&silenced=true&inhibited=true"));
        return [.. alerts.EnumerateArray()];
    }

    /// <returns>The silence's id.</returns>
    public async Task<string> SilenceAsync(string label, string value)
    {
        var answer = await _http.PostAsJsonAsync(new Uri(Url, "api/v2/silences"), new
        {
            matchers = new[] { new { name = label, value, isRegex = false, isEqual = true } },
            startsAt = DateTimeOffset.UtcNow.AddSeconds(-1),
            endsAt = DateTimeOffset.UtcNow.AddHours(1),
            createdBy = "test",
            comment = "test",
        });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("silenceID").GetString()!;
    }

    public async Task UnsilenceAsync(string id) => (await _http.DeleteAsync(new Uri(Url, $"api/v2/silence/{id}"))).EnsureSuccessStatusCode();

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return (await _http.GetAsync(new Uri(Url, "-/ready"))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
