using System.Diagnostics.Metrics;
using Tocsin.Daemon.Http;

namespace Tocsin.Daemon.Serve.Telemetry;

internal sealed class HttpMeters(Meter meter)
{
    private readonly Counter<long> _answers = meter.CreateCounter<long>("tocsin_http_requests", null, "Requests by route and status.");

    private readonly Histogram<double> _seconds = meter.CreateHistogram(
        "tocsin_http_request_duration_seconds", "s", "From the first byte of a request to the last of its answer.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10] });

    /// <param name="route">Null where there is no such route: all of these are one series, whatever was asked for.</param>
    public void Answered(ApiRoute? route, int status, TimeSpan took)
    {
        var path = new KeyValuePair<string, object?>("route", route is null ? "none" : $"{route.Method} {route.Path}");
        _answers.Add(1, path, new("status", status));
        if (route is { Load: not RouteLoad.Own })
            _seconds.Record(took.TotalSeconds, path);
    }
}
