using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Benches.FaultServing;

/// <summary>Nodes that push a scrape a second, by the clock. On order a node counts an uncorrectable memory error, which is an alert by a rule.</summary>
internal sealed class FaultyCluster(HttpClient http, int nodes)
{
    private static readonly KeyValuePair<string, string>[] Idle = [new("cpu", "0"), new("mode", "idle")], User = [new("cpu", "0"), new("mode", "user")];

    private static readonly SeriesId[] Series =
    [
        new("node_cpu_seconds_total", Idle), new("node_cpu_seconds_total", User), new("node_memory_MemTotal_bytes", []), new("node_memory_MemAvailable_bytes", []),
        new("node_edac_uncorrectable_errors_total", [new("controller", "0")]), new("node_load1", []), new("node_procs_running", []), new("node_context_switches_total", []),
        new("node_vmstat_pgfault", []), new("node_network_receive_bytes_total", [new("device", "eth0")]),
    ];

    private readonly int[] _errors = new int[nodes];
    private readonly RemoteWriteEncoder _encoder = new();
    private long _second;

    public static string Name(int node) => "n" + node.ToString("D5", CultureInfo.InvariantCulture);

    /// <summary>Pushes what is due now.</summary>
    /// <param name="broken">Nodes that count an error in this scrape.</param>
    /// <returns>When the push began, by the stopwatch.</returns>
    public async Task<long> PushAsync(long timeMs, IReadOnlyCollection<int> broken, CancellationToken stop)
    {
        foreach (var node in broken)
            _errors[node]++;
        _second++;
        for (var n = 0; n < nodes; n++)
        {
            var instance = Name(n);
            double[] row = [_second * 0.6, _second * 0.3, 64e9, 40e9 + (n % 7 * 1e8), _errors[n], 3 + (n % 5), 4, _second * 5000.0, _second * 2000.0, _second * 1e6];
            for (var s = 0; s < Series.Length; s++)
                _encoder.Add(instance, Series[s], timeMs, row[s]);
        }
        var began = Stopwatch.GetTimestamp();
        using var content = new ByteArrayContent(_encoder.Take());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        using var answer = await http.PostAsync("/api/v1/write", content, stop);
        return answer.IsSuccessStatusCode ? began : throw new DependencyException($"the daemon refused a push: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}");
    }
}
