using System.Diagnostics.Metrics;
using Tocsin.Actors.Sinks;
using Tocsin.Daemon.Serve.Alerts;

namespace Tocsin.Daemon.Serve.Telemetry;

/// <summary>Whether alerts reach those who are to be told.</summary>
internal static class SinkMeters
{
    public static void Add(Meter meter, SinkSet sinks)
    {
        Counter("tocsin_sink_delivered", d => d.Delivered, "Revisions of alerts that a sink has taken.");
        Counter("tocsin_sink_failed", d => d.Failed, "Attempts that came to nothing and are made again.");
        Counter("tocsin_sink_abandoned", d => d.Abandoned, "Revisions that were given up after sinks.give_up_after.");
        Counter("tocsin_sink_silenced", d => d.Silenced, "Revisions that a silence kept from a sink for good.");
        meter.CreateObservableGauge("tocsin_sink_held", () => sinks.Dispatchers.Select(d => Of(d.Health.Held, d)), null, "Alerts that silences keep from a sink now.");
        meter.CreateObservableCounter("tocsin_outbox_dropped", () => sinks.Dropped, null, "Revisions of alerts that waited for sinks that are no more.");
        meter.CreateObservableGauge("tocsin_sink_up", () => sinks.Dispatchers.Select(d => Of(d.Trouble is null ? 1 : 0, d)), null, "0 while the last attempt failed.");
        meter.CreateObservableGauge("tocsin_stream_subscribers", () => (long)sinks.Stream.Subscribers, null, "Subscribers of /api/v1/alerts/stream.");
        meter.CreateObservableCounter("tocsin_stream_dropped", () => sinks.Stream.Dropped, null, "Subscribers that were too slow.");

        void Counter(string name, Func<OutboxDispatcher, long> of, string help) =>
            meter.CreateObservableCounter(name, () => sinks.Dispatchers.Select(d => Of(of(d), d)), null, help);
    }

    private static Measurement<long> Of(long value, OutboxDispatcher dispatcher) => new(value, new KeyValuePair<string, object?>("sink", dispatcher.Sink));
}
