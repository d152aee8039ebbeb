using System.Diagnostics;
using System.Text.Json;
using Tocsin.Integration.Live;
using Tocsin.Integration.Slurm;

namespace Tocsin.Integration.Checking;

/// <summary>A real Slurm of six nodes, two of them with GPUs, that hides jobs from others, and a real Prometheus that calls two of its nodes otherwise and scrapes each 5 s.</summary>
/// <remarks>One real node_exporter answers for all six: what is looked at here are names, clocks and rights.</remarks>
internal sealed class MisconfiguredSite : IAsyncDisposable
{
    public const string Setpriv = "/usr/bin/setpriv", FakeTime = "/usr/bin/faketime";

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-check-").FullName;
    private SlurmCluster? _slurm;
    private SystemPart? _exporter;
    private PrometheusServer? _prometheus;

    public string Folder => _folder;

    public Uri Prometheus => _prometheus!.Url;

    /// <summary>The section that leads to its programs.</summary>
    public string Slurm => $"slurm: {{folder: /usr/bin, configuration: '{_slurm!.Programs.Configuration}', accounting: {{enabled: true}}, nodes: {{enabled: true}}}}\n";

    public static async Task<MisconfiguredSite> StartAsync()
    {
        var site = new MisconfiguredSite();
        try
        {
            await site.StartPartsAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>The lines, as <c>--json</c> has them, and the exit status.</summary>
    /// <param name="before">A program and its words that run the executable: another user, another clock.</param>
    public async Task<(int Status, IReadOnlyList<(string Level, string About, string Text, string Do)> Lines, string Output)> CheckAsync(string yaml, params string[] before)
    {
        var config = Path.Combine(_folder, "tocsin.yaml");
        var json = Path.Combine(_folder, "lines.json");
        await File.WriteAllTextAsync(config, yaml);
        File.Delete(json);
        string[] words = [.. before, "dotnet", Path.Combine(_folder, "bin", "tocsin.dll"), "check", "--config", config, "--json", json];
        var result = await TocsinProcess.RunAsync(words[0], words[1..], TimeSpan.FromMinutes(5));
        Assert.True(File.Exists(json), result.Output + result.Error);
        using var told = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        var lines = told.RootElement.GetProperty("lines").EnumerateArray()
            .Select(l => (Text(l, "level"), Text(l, "about"), Text(l, "text"), Text(l, "todo"))).ToList();
        return (result.ExitCode, lines, result.Output);
    }

    public async ValueTask DisposeAsync()
    {
        _prometheus?.Dispose();
        _exporter?.Dispose();
        if (_slurm is not null)
            await _slurm.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString() ?? "";

    private async Task StartPartsAsync()
    {
        var port = FakeExporter.FreePort();
        _exporter = await SystemPart.StartAsync(VirtualExporters.Program, new Uri($"http://127.0.0.1:{port}/"), $"--web.listen-address=127.0.0.1:{port}");
        var targets = string.Concat(((string[])["n001", "n002", "n003-ib", "n004-ib", "g001", "g002"]).Select(n => $"  - {{targets: ['127.0.0.1:{port}'], labels: {{instance: '{n}:9100'}}}}\n"));
        _prometheus = await PrometheusServer.StartAsync(Path.Combine(_folder, "prometheus"), TimeSpan.FromSeconds(5),
            $"scrape_configs:\n- job_name: node\n  static_configs:\n{targets}", new Uri("http://127.0.0.1:1/elsewhere"));
        _slurm = await SlurmCluster.StartAsync(4,
            ["PrivateData=jobs", "GresTypes=gpu", $"NodeName=g[001-002] NodeHostname={Environment.MachineName.Split('.')[0]} NodeAddr=127.0.0.1 Port=[{FakeExporter.FreePort()},{FakeExporter.FreePort()}] CPUs=8 Gres=gpu:4"],
            ["PrivateData=jobs"]);
        foreach (var node in (string[])["g001", "g002"])
            _slurm.StartNode(node);
        try
        {
            await _slurm.WaitIdleAsync("g001", "g002");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{await File.ReadAllTextAsync(Path.Combine(_slurm.Folder, "log", "slurmd.g001.log"))}\n{await _slurm.RunAsync("scontrol", "show", "node", "g001")}", e);
        }
        await _slurm.SubmitAsync("-N1", "--wrap", "true");
        CopyProgram();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        await Waiting.ForAsync(async () => (await http.GetStringAsync(new Uri(Prometheus, "api/v1/query?query=count(node_time_seconds)"))).Contains("\"6\"", StringComparison.Ordinal), "Prometheus to have scraped all");
    }

    /// <summary>To where another user may read it.</summary>
    private void CopyProgram()
    {
        using var copy = Process.Start("cp", ["-r", AppContext.BaseDirectory.TrimEnd('/'), Path.Combine(_folder, "bin")])!;
        copy.WaitForExit();
        foreach (var folder in (string[])[_folder, _slurm!.Folder])
        {
            using var open = Process.Start("chmod", ["a+rwx", folder])!;
            open.WaitForExit();
        }
    }
}
