using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Tocsin.Daemon.Serve.Telemetry;

/// <summary>Listens to the process' own instruments and writes them as Prometheus text: meters whose name begins with Tocsin (or with this host as scope), and .NET's own.</summary>
internal sealed class MeterCollector : IDisposable
{
    /// <summary>Series of one instrument; further ones are counted together under no labels.</summary>
    private const int MaxSeries = 2000;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MeterSeries> _instruments = new();
    private readonly Lock _observing = new();

    /// <param name="scope">Meters of another scope belong to another host in the same process.</param>
    public MeterCollector(object scope)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            var ours = instrument.Meter.Name.StartsWith("Tocsin", StringComparison.Ordinal) && (instrument.Meter.Scope is null || instrument.Meter.Scope == scope);
            if (ours || instrument.Meter.Name == "System.Runtime")
                listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument, i => new MeterSeries(i, MaxSeries)));
        };
        _listener.MeasurementsCompleted = (instrument, _) => _instruments.TryRemove(instrument, out var _);
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((MeterSeries)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((MeterSeries)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((MeterSeries)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => ((MeterSeries)state!).Take(value, tags));
        _listener.Start();
    }

    public void Write(PrometheusWriter writer)
    {
        // Observed instruments answer here, into the same places: two readers at once would count a series twice.
        lock (_observing)
        {
            foreach (var series in _instruments.Values)
                series.BeginObserving();
            _listener.RecordObservableInstruments();
            foreach (var group in _instruments.Values.GroupBy(s => s.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                var first = true;
                foreach (var series in group)
                {
                    series.Write(writer, first);
                    first = false;
                }
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary><c>dotnet.gc.collections</c>, unit <c>{collection}</c>, counted: <c>dotnet_gc_collections_total</c>.</summary>
    internal static string NameOf(Instrument instrument)
    {
        var name = new StringBuilder();
        foreach (var c in instrument.Name)
            name.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_');
        var unit = instrument.Unit switch { "By" => "_bytes", "s" => "_seconds", "ms" => "_milliseconds", _ => "" };
        if (unit.Length > 0 && !name.ToString().EndsWith(unit, StringComparison.Ordinal))
            name.Append(unit);
        if (MeterSeries.IsCounter(instrument) && !name.ToString().EndsWith("_total", StringComparison.Ordinal))
            name.Append("_total");
        return name.ToString();
    }
}
