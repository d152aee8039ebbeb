using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging;
using Tocsin.Daemon.Config;
using Tocsin.Daemon.Serve;
using Tocsin.Daemon.Serve.Telemetry;

namespace Tocsin.Unit.Serve;

public sealed class TelemetrySpec
{
    [Fact]
    public void Counters_gauges_and_histograms_come_out_as_Prometheus_text()
    {
        using var collector = new MeterCollector(this);
        using var meter = new Meter("Tocsin.Test", null, null, scope: this);
        var counter = meter.CreateCounter<long>("tocsin_things", null, "Things.\nMany.");
        counter.Add(2, new("kind", "a\"b\\c\nd"), new KeyValuePair<string, object?>("aside", 1));
        counter.Add(3, new("kind", "a\"b\\c\nd"), new KeyValuePair<string, object?>("aside", 1));
        var levels = new List<long> { 7, 8 };
        meter.CreateObservableGauge("tocsin_level", () => levels.Select((v, i) => new Measurement<long>(v, new KeyValuePair<string, object?>("at", i))));
        var seconds = meter.CreateHistogram("tocsin_wait_seconds", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] });
        seconds.Record(0.5);
        seconds.Record(2);
        seconds.Record(9);

        var text = Text(collector);
        Assert.Contains("# HELP tocsin_things_total Things.\\nMany.\n# TYPE tocsin_things_total counter\ntocsin_things_total{aside=\"1\",kind=\"a\\\"b\\\\c\\nd\"} 5\n", text);
        Assert.Contains("tocsin_level{at=\"0\"} 7\n", text);
        Assert.Contains("# TYPE tocsin_wait_seconds histogram\n", text);
        Assert.Contains("tocsin_wait_seconds_bucket{le=\"1\"} 1\ntocsin_wait_seconds_bucket{le=\"2\"} 2\ntocsin_wait_seconds_bucket{le=\"+Inf\"} 3\ntocsin_wait_seconds_sum 11.5\ntocsin_wait_seconds_count 3\n", text);

        levels.RemoveAt(1);
        Assert.DoesNotContain("at=\"1\"", Text(collector));
    }

    [Fact]
    public void The_delay_of_a_score_is_counted_without_allocating()
    {
        var clock = new ManualClock();
        using var collector = new MeterCollector(this);
        using var meter = new Meter("Tocsin.Test", null, null, scope: this);
        var meters = new ScoreMeters(meter, clock);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        meters.Scored(now - 120);
        // A sender's clock that is ahead.
        meters.Scored(now + 500);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            meters.Scored(now - 14_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        var text = Text(collector);
        Assert.Contains("tocsin_score_delay_seconds_bucket{le=\"0.01\"} 1\n", text);
        Assert.Contains("tocsin_score_delay_seconds_bucket{le=\"0.1\"} 1\n", text);
        Assert.Contains("tocsin_score_delay_seconds_bucket{le=\"0.25\"} 2\n", text);
        Assert.Contains("tocsin_score_delay_seconds_bucket{le=\"10\"} 2\n", text);
        Assert.Contains("tocsin_score_delay_seconds_bucket{le=\"15\"} 1002\n", text);
        Assert.Contains("tocsin_score_delay_seconds_count 1002\n", text);
    }

    [Fact]
    public void Of_two_hosts_in_one_process_each_shows_its_own()
    {
        using var collector = new MeterCollector(this);
        using var other = new Meter("Tocsin.Test", null, null, scope: new object());
        other.CreateCounter<long>("tocsin_of_another").Add(1);
        Assert.DoesNotContain("tocsin_of_another", Text(collector));
    }

    [Fact]
    public void Series_beyond_the_bound_are_counted_together()
    {
        using var collector = new MeterCollector(this);
        using var meter = new Meter("Tocsin.Test", null, null, scope: this);
        var counter = meter.CreateCounter<long>("tocsin_wild");
        for (var i = 0; i < 5000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        var lines = Text(collector).Split('\n').Where(l => l.StartsWith("tocsin_wild_total", StringComparison.Ordinal)).ToList();
        Assert.Equal(2001, lines.Count);
        Assert.Contains("tocsin_wild_total 3000", lines);
    }

    [Fact]
    public async Task Requests_are_counted_by_route_and_not_by_what_was_asked_for()
    {
        await using var running = await RunningHost.StartAsync();
        await running.TextAsync("/api/v1/nodes/a");
        await running.TextAsync("/api/v1/nodes/b");
        await running.TextAsync("/x");
        await running.TextAsync("/y");
        var text = await running.TextAsync("/metrics");
        Assert.Contains("tocsin_http_requests_total{route=\"GET /api/v1/nodes/{**key}\",status=\"404\"} 2\n", text);
        Assert.Contains("tocsin_http_requests_total{route=\"none\",status=\"404\"} 2\n", text);
        Assert.Contains("dotnet_process_memory_working_set_bytes", text);
    }

    [Fact]
    public void The_log_leaves_out_what_is_too_much_and_says_how_much()
    {
        var clock = new ManualClock();
        var said = new StringWriter();
        var log = new OwnLog(said, new OwnLogOptions { Level = LogLevel.Information, LinesPerSecond = 2 }, clock);
        for (var i = 0; i < 50; i++)
            log.Info("a", "again");
        log.Info("b", "another part");
        log.Write(LogLevel.Debug, "a", "below the level");
        clock.Advance(TimeSpan.FromSeconds(1));
        log.Info("a", "later\nwith a second line");
        var lines = said.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(20, lines.Count(l => l.EndsWith("info a: again", StringComparison.Ordinal)));
        Assert.Contains(lines, l => l.EndsWith("info b: another part", StringComparison.Ordinal));
        Assert.Equal("2026-01-31T14:00:01.000Z info a: 30 lines left out: more than 2 a second", lines[^2]);
        Assert.Equal("2026-01-31T14:00:01.000Z info a: later?with a second line", lines[^1]);
        Assert.Equal(30, log.Suppressed);
    }

    private static string Text(MeterCollector collector)
    {
        var buffer = new ArrayBufferWriter<byte>();
        collector.Write(new PrometheusWriter(buffer));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
