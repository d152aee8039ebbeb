using Tocsin.Actors.Faults;

namespace Tocsin.Daemon.Config;

/// <summary>The section <c>fault_model</c>. Why the numbers are what they are stands in <see cref="FaultModelSettings"/>.</summary>
internal static class FaultSection
{
    /// <returns>Null: there is no fault model, and alerts are unclassified.</returns>
    public static FaultModelSettings? Read(ConfigReader r, TimeSpan cadence)
    {
        var enabled = r.Flag("enabled", true);
        var usual = new FaultModelSettings();
        var interval = r.Duration("interval", usual.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        if (interval < cadence)
            r.Problem("interval", $"{Spans.Text(interval)}, less than the cadence ({Spans.Text(cadence)}): expected at least that");
        var settle = r.Duration("settle", TimeSpan.FromHours(1), TimeSpan.FromSeconds(8), TimeSpan.FromHours(24));
        var every = r.Whole("tune_every", usual.Tuning.Every, 10, 10_000, "intervals");
        var settings = usual with
        {
            Interval = interval,
            Settle = (int)Math.Ceiling(settle / interval),
            MinLabels = r.Whole("min_labels", usual.MinLabels, 50, 100_000, "host-intervals"),
            MinFaults = r.Whole("min_faults", usual.MinFaults, 5, 10_000, "faults"),
            MemoryBytes = r.Bytes("memory", usual.MemoryBytes, 16L << 20, 64L << 30),
            Tuning = usual.Tuning with { Every = every },
        };
        return enabled ? settings : null;
    }
}
