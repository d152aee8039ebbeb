using System.Diagnostics;
using System.Text.Json;
using Tocsin.Scale.Measure;

namespace Tocsin.Scale.Load;

/// <param name="From">Where the measured time begins; <paramref name="To"/>: where it ends; <paramref name="End"/>: when nothing was under way any more.</param>
internal sealed record LoadReport(LoadOptions Options, LoadPoint From, LoadPoint To, LoadPoint End, LoadPoint[] Points, PacedSender Sender, int JobEvents, int Status, string Said)
{
    private const double Day = 86_400;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private Histogram Delay => To.Delay.Since(From.Delay);

    private double Seconds => (To.At - From.At).TotalSeconds;

    private IEnumerable<LoadPoint> Measured => Points.Where(p => p.At >= From.At);

    /// <summary>Slope of the line of least squares through the second half of the measured time.</summary>
    private double Growth
    {
        get
        {
            var half = Measured.Where(p => p.At >= (From.At + To.At) / 2).Select(p => (Hours: p.At.TotalHours, Mb: p.Process.ResidentBytes / 1e6)).ToArray();
            var (hours, mb) = (half.Average(p => p.Hours), half.Average(p => p.Mb));
            return half.Sum(p => (p.Hours - hours) * (p.Mb - mb)) / half.Sum(p => (p.Hours - hours) * (p.Hours - hours));
        }
    }

    public IReadOnlyDictionary<string, object> Figures => new Dictionary<string, object>
    {
        ["nodes"] = Options.Nodes,
        ["seconds"] = Seconds,
        ["samples_a_second"] = (To.Sent - From.Sent) / Seconds,
        ["sent"] = Sender.Sent,
        ["dropped"] = Sender.Dropped,
        ["retries"] = Sender.Retries,
        ["accepted"] = End.Page["tocsin_samples_accepted_total"],
        ["rejected"] = End.Page["tocsin_samples_rejected_total"],
        ["frames"] = (To.Sent - From.Sent) / Stream.NodeSeries.All.Count,
        ["scored"] = Delay.Count,
        ["delay_p50"] = Delay.Quantile(0.5),
        ["delay_p99"] = Delay.Quantile(0.99),
        ["delay_max_at_most"] = Delay.AtMost(1),
        ["cores"] = (To.Process.CpuSeconds - From.Process.CpuSeconds) / Seconds,
        ["resident_mb_first"] = From.Process.ResidentBytes / 1e6,
        ["resident_mb_last"] = To.Process.ResidentBytes / 1e6,
        ["resident_mb_most"] = Measured.Max(p => p.Process.ResidentBytes) / 1e6,
        ["resident_growth_mb_an_hour"] = Growth,
        ["heap_mb_last"] = To.HeapMb,
        ["committed_mb_last"] = To.CommittedMb,
        ["log_gb_a_day"] = (To.LogBytes - From.LogBytes) / Seconds * Day / 1e9,
        ["store_mb"] = To.StoreBytes / 1e6,
        ["disk_writes_gb_a_day"] = (To.Process.WrittenBytes - From.Process.WrittenBytes) / Seconds * Day / 1e9,
        ["behind_most_records"] = Measured.Max(p => p.Page["tocsin_shard_lag_records"]),
        ["late_most_ms"] = Sender.LatestMs,
        ["job_events"] = JobEvents,
        ["load_cores"] = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds / To.At.TotalSeconds,
    };

    public void Print(TextWriter to)
    {
        var f = Figures;
        double N(string name) => Convert.ToDouble(f[name]);
        to.WriteLine($"{Options.Nodes} nodes x {Stream.NodeSeries.All.Count} series every {Options.Cadence.TotalSeconds:0} s, {Seconds:F0} s measured after {From.At.TotalSeconds:F0} s");
        to.WriteLine($"samples    {N("samples_a_second"):F0}/s; sent {Sender.Sent}, accepted {N("accepted"):F0}, rejected {N("rejected"):F0}; {Sender.Retries} retries, {Sender.Dropped} dropped{(Sender.Refusal is { } why ? $" ({why})" : "")}");
        to.WriteLine($"frames     {N("frames"):F0} came, {N("scored"):F0} scored; at most {N("behind_most_records"):F0} records behind");
        to.WriteLine($"delay      from sample to score p50 {N("delay_p50"):F3} s, p99 {N("delay_p99"):F3} s, max <= {N("delay_max_at_most"):F1} s");
        to.WriteLine($"cpu        {N("cores"):F2} cores (the load tool {N("load_cores"):F2}; its latest request {Sender.LatestMs} ms late)");
        to.WriteLine($"memory     resident {N("resident_mb_first"):F0} MB at first, {N("resident_mb_last"):F0} MB at last, {N("resident_mb_most"):F0} MB at most; {N("resident_growth_mb_an_hour"):F0} MB an hour in the second half; heap {N("heap_mb_last"):F0} of {N("committed_mb_last"):F0} MB");
        to.WriteLine($"disk       log {N("log_gb_a_day"):F1} GB/day, store {N("store_mb"):F0} MB, {N("disk_writes_gb_a_day"):F0} GB/day written in all");
        to.WriteLine($"stopped    with status {Status}");
    }

    public void Write(string file) => File.WriteAllText(file, JsonSerializer.Serialize(new
    {
        figures = Figures,
        points = Points.Select(p => new { s = p.At.TotalSeconds, rss_mb = p.Process.ResidentBytes / 1e6, anonymous_mb = p.Process.AnonymousBytes / 1e6, heap_mb = p.HeapMb, committed_mb = p.CommittedMb, written_mb = p.Process.WrittenBytes / 1e6, cpu_s = p.Process.CpuSeconds, log_mb = p.LogBytes / 1e6, store_mb = p.StoreBytes / 1e6, behind = p.Page["tocsin_shard_lag_records"] }),
    }, Json) + "\n");
}
