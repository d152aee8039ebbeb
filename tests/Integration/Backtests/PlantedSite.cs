using System.Globalization;
using System.Text;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Ingest.Sources;
using Tocsin.Integration.Live;
using Tocsin.Integration.Slurm;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Integration.Backtests;

/// <summary>A real Slurm in which a node has just died, and behind it two hours of accounting; a real Prometheus that holds what the nodes were like in these two hours.</summary>
/// <remarks>The last hours' jobs and events stand as rows in slurmdbd's own database, so that sacct and sacctmgr tell them; the last job and the dead node are Slurm's own.</remarks>
internal sealed class PlantedSite : IAsyncDisposable
{
    private const string LastJob = "md_melt";

    private readonly string _folder = Directory.CreateTempSubdirectory("tocsin-past-").FullName;
    private readonly StringBuilder _rows = new();
    private SlurmCluster? _slurm;
    private SystemPart? _prometheus;
    private int _jobs;
    private (string Node, long Start) _lastJob;

    public Uri Prometheus { get; private set; } = null!;

    public string Folder => _folder;

    /// <summary>Unix seconds of the history's first scrape.</summary>
    public long Start { get; private set; }

    /// <summary>Unix seconds at which Slurm found the node down.</summary>
    public long Down { get; private set; }

    /// <summary>Rows that sacct has to tell.</summary>
    public int Jobs => _jobs;

    public static async Task<PlantedSite> StartAsync(int nodes)
    {
        var site = new PlantedSite();
        try
        {
            site._slurm = await SlurmCluster.StartAsync(nodes);
            var port = FakeExporter.FreePort();
            site.Prometheus = new Uri($"http://127.0.0.1:{port}/");
            var config = Path.Combine(site._folder, "prometheus.yml");
            await File.WriteAllTextAsync(config, "global: {}\n");
            site._prometheus = await SystemPart.StartAsync(PrometheusServer.Program, new Uri(site.Prometheus, "-/ready"),
                $"--config.file={config}", $"--storage.tsdb.path={site._folder}/db", $"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver");
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>A job runs there, its slurmd dies, and Slurm notices. What is planted ends <paramref name="after"/> seconds later.</summary>
    public async Task KillAsync(string node, int seconds, int after)
    {
        var job = await _slurm!.SubmitAsync("--no-requeue", "-w", node, "-J", LastJob, "--wrap", "sleep 300");
        await Waiting.ForAsync(async () => (await _slurm.AccountedAsync("JobID,State")).Contains($"{job} RUNNING"), $"job {job} to run");
        _slurm.KillNode(node);
        await Waiting.ForAsync(async () => (await _slurm.AccountedAsync("JobID,State")).Contains($"{job} NODE_FAIL"), $"job {job} to end with its node");
        var told = "";
        await Waiting.ForAsync(
            async () => (told = await _slurm.RunAsync("sacctmgr", "-nP", "show", "event", $"nodes={node}", "start=now-1hour", "format=TimeStart,State")).Contains("DOWN", StringComparison.Ordinal),
            $"sacctmgr to tell that {node} is down");
        Down = long.Parse(told.Split('|')[0], CultureInfo.InvariantCulture);
        Start = (Down + after - seconds) / PlantedTape.Stretch * PlantedTape.Stretch;
        _jobs++;
        var began = long.Parse((await _slurm.AccountedAsync("JobID,Start")).Single(r => r.StartsWith($"{job} ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
        _lastJob = (node, began);
    }

    /// <summary>As slurmdbd would have written it when it was over. Times are seconds since the history's start.</summary>
    /// <param name="state">3 = completed, 7 = node failed.</param>
    public void Job(string name, string node, double start, double end, int state = 3)
    {
        var (from, until) = (Start + (long)start, Start + (long)end);
        // Slurm's own job is the last one there.
        if (node == _lastJob.Node && until > _lastJob.Start)
            until = _lastJob.Start;
        if (from >= until)
            return;
        _rows.AppendLine(CultureInfo.InvariantCulture, $"""
            insert into tocsin_job_table (mod_time, account, cpus_req, job_name, id_assoc, id_job, id_resv, id_wckey, id_user, id_group, het_job_id, het_job_offset, state_reason_prev,
              nodelist, nodes_alloc, node_inx, `partition`, priority, state, time_submit, time_eligible, time_start, time_end, tres_alloc, tres_req)
            values ({until}, 'root', 4, '{name}', 2, {9000 + _jobs++}, 0, 0, 0, 0, 0, 4294967294, 0, '{node}', 1, '0', 'main', 1, {state}, {from - 5}, {from - 5}, {from}, {until}, '1=4,4=1', '1=4');
            """);
    }

    /// <summary>That an operator drained a node.</summary>
    public void Drained(string node, double start, double end, string reason) => _rows.AppendLine(CultureInfo.InvariantCulture,
        $"insert into tocsin_event_table (time_start, time_end, node_name, reason, reason_uid, state, tres) values ({Start + (long)start}, {Start + (long)end}, '{node}', '{reason}', 0, 514, '1=4');");

    public Task PlantRowsAsync() => _slurm!.SqlAsync(_rows.ToString());

    /// <returns>Samples that Prometheus took.</returns>
    /// <param name="silent">Seconds since the history's start in which a node's exporter says nothing.</param>
    public async Task<long> PlantSamplesAsync(IReadOnlyList<PlantedTape> tapes, Func<string, int, bool> silent)
    {
        var scrapes = await PlantedTape.ScrapesAsync();
        var counters = PlantedTape.Counters(scrapes);
        using var sender = new RemoteWriteSender(new Uri(Prometheus, "api/v1/write"), new HttpAccess(), TimeSpan.FromSeconds(60), TimeProvider.System);
        var pending = new List<SampleBatch>();
        var sent = 0L;
        foreach (var (node, second, samples) in tapes.SelectMany(t => t.Play(scrapes, counters).Select(p => (t.Node, p.Second, p.Samples))).OrderBy(p => p.Second))
        {
            if (silent(node, second))
                continue;
            pending.Add(new SampleBatch(new NodeKey("tocsin", $"{node}:9100"), (Start + second) * 1000, samples));
            sent += samples.Count;
            if (pending.Count == 20)
                await SendAsync();
        }
        await SendAsync();
        Assert.True(sender.Refused == 0, sender.LastRefusal);
        return sent;

        async Task SendAsync()
        {
            Assert.IsType<Appended>(await sender.AppendAsync(pending, default));
            pending.Clear();
        }
    }

    /// <summary>A file that leads to its programs.</summary>
    public async Task<string> ConfigAsync(string more = "")
    {
        var file = Path.Combine(_folder, "tocsin.yaml");
        await File.WriteAllTextAsync(file, $$"""
            cluster: tocsin
            cadence: {{PlantedTape.Stretch}}s
            slurm: {folder: /usr/bin, configuration: '{{_slurm!.Programs.Configuration}}'}
            alerts: {hold: 4s, gather: 2s, linger: 8s, clear_after: 40s, onset_window: 40s}
            {{more}}
            """);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        _prometheus?.Dispose();
        if (_slurm is not null)
            await _slurm.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
