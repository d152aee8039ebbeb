using System.Globalization;
using Tocsin.Actors.Sinks;

namespace Tocsin.Daemon.Serve.Alerts;

/// <summary>What the probes say of one sink. One that is away takes nothing out of service: its alerts wait, and the other sinks are told.</summary>
internal static class SinkChecks
{
    /// <param name="waiting">Revisions that it has not taken yet.</param>
    /// <param name="resending">Why sending again what lasts failed; null where it did not.</param>
    /// <param name="silences">Why the silences cannot be asked for; null where they can.</param>
    public static CheckResult Of(SinkHealth health, long waiting, string? resending, string? silences, DateTimeOffset now)
    {
        var last = health.DeliveredMs == 0 ? "nothing delivered since the start" : $"last delivered {Ago(health.DeliveredMs)} ago";
        var said = new List<string>();
        if (health.Trouble is { } why)
            said.Add($"away for {Ago(health.TroubleMs)}: {why}");
        said.Add(last);
        said.Add(string.Create(CultureInfo.InvariantCulture, $"{waiting} wait"));
        if (health.Held > 0)
            said.Add(string.Create(CultureInfo.InvariantCulture, $"{health.Held} alerts are silenced"));
        if (resending is not null)
            said.Add($"what lasts could not be sent again: {resending}");
        if (silences is not null)
            said.Add($"its silences are not known now: {silences}");
        return CheckResult.Good(string.Join("; ", said));

        string Ago(long ms)
        {
            var span = now - DateTimeOffset.FromUnixTimeMilliseconds(ms);
            var (number, unit) = span switch
            {
                { TotalSeconds: < 100 } => (Math.Max(0, span.TotalSeconds), "s"),
                { TotalMinutes: < 200 } => (span.TotalMinutes, "min"),
                { TotalHours: < 48 } => (span.TotalHours, "h"),
                _ => (span.TotalDays, "d"),
            };
            return string.Create(CultureInfo.InvariantCulture, $"{number:0} {unit}");
        }
    }
}
