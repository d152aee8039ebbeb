using System.Globalization;
using System.Text.Json;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks;

/// <summary>An alert as webhooks, subscribers and the API show it. Names and enums are snake_case words; fields are only ever added.</summary>
public static class AlertJson
{
    public static byte[] Of(AlertEvent happened)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, happened.Alert, Change(happened), (happened as AlertUpdated)?.Why);
        return buffer.ToArray();
    }

    /// <summary>raised, updated, cleared.</summary>
    public static string Change(AlertEvent happened) => happened switch
    {
        AlertRaised => "raised",
        AlertCleared => "cleared",
        _ => "updated",
    };

    /// <param name="change">Null where the alert is shown as it stands and not because it changed.</param>
    /// <param name="verdict">What an operator said of it; null = nothing that stands, or it is not looked up.</param>
    public static void Write(Utf8JsonWriter json, Alert alert, string? change = null, string? why = null, Verdict? verdict = null)
    {
        json.WriteStartObject();
        json.WriteString("id", alert.Id.ToString());
        json.WriteNumber("revision", alert.Revision);
        Optional(json, "change", change);
        Optional(json, "why", why);
        json.WriteString("status", alert.Open ? "open" : "cleared");
        json.WriteStartObject("labels");
        foreach (var (name, value) in Labels(alert.Labels))
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("cause", Word(alert.Cause));
        json.WriteString("kind", Word(alert.Kind));
        json.WriteString("fault_class", Word(alert.Forecast?.Class ?? ForecastClass.Unclassified));
        if (alert.Forecast is { } forecast)
        {
            Number(json, "fault_probability", forecast.Probability);
            json.WriteString("fault_node", forecast.Node);
            json.WriteNumber("fault_model", forecast.Version);
            json.WriteString("fault_said", Time(forecast.AtMs));
        }
        json.WriteString("severity", Word(alert.Severity));
        json.WriteString("since", Time(alert.SinceMs));
        json.WriteString("raised", Time(alert.RaisedMs));
        json.WriteString("updated", Time(alert.UpdatedMs));
        Optional(json, "cleared", alert.ClearedMs is { } cleared ? Time(cleared) : null);
        Optional(json, "clear_reason", alert.Reason is { } reason ? Word(reason) : null);
        Optional(json, "merged_into", alert.MergedInto?.ToString());
        if (alert.Job is { } job)
        {
            json.WriteStartObject("job");
            json.WriteString("id", job.JobId);
            json.WriteString("start", Time(job.StartMs));
            json.WriteEndObject();
        }
        json.WriteStartArray("nodes");
        foreach (var node in alert.Nodes)
            json.WriteStringValue(node);
        json.WriteEndArray();
        json.WriteNumber("node_count", alert.NodeCount);
        json.WriteNumber("out_of", alert.OutOf);
        Number(json, "score", alert.Score);
        Number(json, "threshold", alert.Threshold);
        json.WriteStartArray("top");
        foreach (var metric in alert.Top)
            Write(json, metric);
        json.WriteEndArray();
        json.WriteString("summary", alert.Summary);
        json.WriteString("evidence", alert.Evidence);
        if (verdict is not null)
            Write(json, verdict);
        json.WriteEndObject();
    }

    /// <summary>The same from the first revision to the last.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Labels(AlertLabels labels)
    {
        yield return new("alertname", labels.AlertName);
        yield return new("cluster", labels.Cluster);
        if (labels.Node is { } node)
            yield return new("node", node);
        if (labels.Job is { } job)
            yield return new("job", job);
        if (labels.Switch is { } at)
            yield return new("switch", at);
        if (labels.Source is { } source)
            yield return new("source", source);
        yield return new("kind", Word(labels.Kind));
    }

    public static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>ISO 8601, UTC, milliseconds; times beyond what a calendar has are cut to it.</summary>
    public static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, 0, 253_402_300_799_000))
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, Verdict verdict)
    {
        json.WriteStartObject("verdict");
        json.WriteNumber("id", verdict.Number);
        json.WriteString("verdict", Word(verdict.Word));
        json.WriteString("scope", Word(verdict.Scope));
        json.WriteString("who", verdict.Who);
        json.WriteString("given", Time(verdict.GivenMs));
        Optional(json, "until", verdict.UntilMs is { } until ? Time(until) : null);
        json.WriteString("note", verdict.Note);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, MetricEvidence metric)
    {
        json.WriteStartObject();
        json.WriteString("metric", metric.Metric);
        json.WriteString("unit", metric.Unit);
        Number(json, "share", metric.Share);
        Number(json, "value", metric.Value);
        Number(json, "expected", metric.Expected);
        Number(json, "spread", metric.Spread);
        Optional(json, "device", metric.Device);
        json.WriteEndObject();
    }

    /// <summary>JSON has no NaN: what is unknown is left out.</summary>
    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
    }

    private static void Number(Utf8JsonWriter json, string name, float value)
    {
        if (float.IsFinite(value))
            json.WriteNumber(name, value);
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
