using System.Diagnostics.Metrics;

namespace Tocsin.Daemon.Serve.Telemetry;

internal sealed class ScoreMeters(Meter meter, TimeProvider clock)
{
    private readonly Histogram<double> _delay = meter.CreateHistogram(
        "tocsin_score_delay_seconds", "s", "From the time of a node's newest frame, as its sender says it, to its score; what follows of it leaves with the next commit.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 20, 30, 60, 300] });

    /// <summary>Allocates nothing; any thread.</summary>
    public void Scored(long frameMs) => _delay.Record(Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds() - frameMs) / 1000.0);
}
