using System.Diagnostics.Metrics;
using Tocsin.Daemon.Http.Routes;
using Tocsin.Ingest.RemoteWrite;
using Tocsin.Shared.Flow;

namespace Tocsin.Daemon.Serve.Telemetry;

/// <summary>What came in by which source, and what became of it: sent = accepted + rejected.</summary>
internal sealed class IngestMeters
{
    private readonly List<(string Source, SampleTally Tally)> _tallies = [];

    private readonly Meter _meter;

    public IngestMeters(Meter meter)
    {
        _meter = meter;
        meter.CreateObservableCounter("tocsin_samples_sent", () => _tallies.Select(t => Of(t.Tally.Sent, t.Source)), null, "Samples that came, repeated ones again.");
        meter.CreateObservableCounter("tocsin_samples_accepted", () => _tallies.Select(t => Of(t.Tally.Accepted, t.Source)), null, "Samples that are in the log.");
        meter.CreateObservableCounter("tocsin_samples_rejected", () => _tallies.SelectMany(t => t.Tally.RejectedByReason().Select(r =>
            new Measurement<long>(r.Value, new("source", t.Source), new KeyValuePair<string, object?>("reason", r.Key)))), null, "Samples that were not taken, by reason.");
    }

    /// <summary>Before the first measurement.</summary>
    public void Add(string source, SampleTally tally) => _tallies.Add((source, tally));

    public void Add(JobEventsRoute route)
    {
        _meter.CreateObservableCounter("tocsin_job_events_accepted", () => route.Accepted, null, "Job events over HTTP that are in the log.");
        _meter.CreateObservableCounter("tocsin_job_events_rejected", () => route.Rejected, null, "Job events over HTTP that are none.");
    }

    public static void RemoteWrite(Meter meter, RemoteWriteReceiver receiver)
    {
        Counter("tocsin_remote_write_requests", c => c.Requests, "Requests that came.");
        Counter("tocsin_remote_write_refused", c => c.Refused, "Requests answered 4xx: the sender drops them.");
        Counter("tocsin_remote_write_to_repeat", c => c.ToRepeat, "Requests answered 503: the sender sends them again.");
        Counter("tocsin_remote_write_metadata", c => c.Metadata, "Metadata, counted and left out.");
        Counter("tocsin_remote_write_exemplars", c => c.Exemplars, "Exemplars, counted and left out.");
        Counter("tocsin_remote_write_histograms", c => c.Histograms, "Native histograms, counted and left out.");
        Counter("tocsin_remote_write_stale_markers", c => c.StaleMarkers, "Among the accepted samples.");
        meter.CreateObservableGauge("tocsin_remote_write_series", () => (long)receiver.Counts.KnownSeries, null, "Series known now.");
        meter.CreateObservableGauge("tocsin_remote_write_nodes", () => (long)receiver.Counts.KnownNodes, null, "Nodes known now, each replica counted.");

        void Counter(string name, Func<RemoteWriteCounts, long> of, string help) =>
            meter.CreateObservableCounter(name, () => of(receiver.Counts), null, help);
    }

    private static Measurement<long> Of(long value, string source) => new(value, new KeyValuePair<string, object?>("source", source));
}
