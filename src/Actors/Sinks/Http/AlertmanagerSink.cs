using System.Globalization;
using System.Text.Json;
using Tocsin.Shared.Flow;

namespace Tocsin.Actors.Sinks.Http;

/// <param name="Url">Of the Alertmanager, with its path prefix: <c>http://am:9093/</c>.</param>
/// <param name="Resend">An open alert is sent again so often; it lasts four times as long without. 5 s to 1 h.</param>
/// <param name="GeneratorUrl">Where people see an alert; its id is appended. Null: left out.</param>
/// <param name="RunbookUrl">The alert's name is appended. Null: left out.</param>
public sealed record AlertmanagerOptions(Uri Url, HttpAuth Auth, TimeSpan Resend, Uri? GeneratorUrl, Uri? RunbookUrl);

/// <summary>Alertmanager's API v2. It forgets an alert whose <c>endsAt</c> passes, so the open ones are sent again while they last.</summary>
/// <remarks>A sent-again alert must not overtake its own end, which would open it anew: all posts go through one gate, and the open set is read inside.</remarks>
public sealed class AlertmanagerSink(string name, AlertmanagerOptions options, TimeProvider time, HttpClient? client = null) : IAlertSink, IDisposable
{
    private const int Chunk = 64;
    private const int NamedNodes = 32;

    private readonly HttpClient _client = client ?? HttpCall.Client();
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Uri _alerts = new(SilenceWatch.Rooted(options.Url), "api/v2/alerts");
    private long _resent;

    public string Name => name;

    /// <summary>What is sent again.</summary>
    public OpenAlerts Open { get; } = new();

    public long Resent => Interlocked.Read(ref _resent);

    /// <summary>Why the last sending again failed; null where it did not.</summary>
    public string? Trouble { get; private set; }

    public async ValueTask<Delivery> DeliverAsync(OutboxRow row, CancellationToken stop)
    {
        await _gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            // First, so that an alert whose end cannot be delivered now is not kept alive: it ends by itself.
            Open.Take(row.Event.Alert);
            return await PostAsync([row.Event.Alert], stop).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Sends what is open again until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.Resend, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                await ResendAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    public async Task ResendAsync(CancellationToken stop)
    {
        var open = Open.All;
        foreach (var chunk in open.Chunk(Chunk))
        {
            await _gate.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                var still = chunk.Where(a => Open.Contains(a.Id)).ToList();
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
                var sent = still.Count == 0 ? Delivery.Done : await PostAsync(still, either.Token).ConfigureAwait(false);
                Trouble = sent.Delivered ? null : sent.Why;
                if (sent.Delivered)
                    Interlocked.Add(ref _resent, still.Count);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or Tocsin.Shared.DependencyException
                || e is OperationCanceledException && !stop.IsCancellationRequested)
            {
                // The next round sends all of it again; an alert lasts for four.
                Trouble = e.Message;
                return;
            }
            finally
            {
                _gate.Release();
            }
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _gate.Dispose();
    }

    private async Task<Delivery> PostAsync(IReadOnlyList<Alert> alerts, CancellationToken stop)
    {
        using var request = HttpCall.Post(_alerts, Json(alerts));
        options.Auth.Apply(request);
        return await HttpCall.SendAsync(_client, request, time, stop).ConfigureAwait(false);
    }

    internal byte[] Json(IReadOnlyList<Alert> alerts)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var alert in alerts)
                Write(json, alert, now);
            json.WriteEndArray();
        }
        return buffer.ToArray();
    }

    private void Write(Utf8JsonWriter json, Alert alert, long nowMs)
    {
        // Alertmanager refuses an end before the start; clocks differ, and a replayed recording's are years apart.
        var starts = Math.Min(alert.SinceMs, nowMs);
        var ends = alert.ClearedMs is { } cleared ? Math.Clamp(cleared, starts, nowMs) : nowMs + (4 * (long)options.Resend.TotalMilliseconds);
        json.WriteStartObject();
        json.WriteString("startsAt", AlertJson.Time(starts));
        json.WriteString("endsAt", AlertJson.Time(ends));
        if (options.GeneratorUrl is { } generator)
            json.WriteString("generatorURL", Under(generator, alert.Id.ToString()));
        json.WriteStartObject("labels");
        foreach (var (label, value) in AlertJson.Labels(alert.Labels))
            json.WriteString(label, value);
        json.WriteEndObject();
        json.WriteStartObject("annotations");
        json.WriteString("summary", alert.Summary);
        json.WriteString("description", alert.Evidence);
        json.WriteString("severity", AlertJson.Word(alert.Severity));
        json.WriteString("cause", AlertJson.Word(alert.Cause));
        json.WriteString("kind", AlertJson.Word(alert.Kind));
        json.WriteString("alert_id", alert.Id.ToString());
        json.WriteString("revision", alert.Revision.ToString(CultureInfo.InvariantCulture));
        json.WriteString("since", AlertJson.Time(alert.SinceMs));
        json.WriteString("node_count", alert.NodeCount.ToString(CultureInfo.InvariantCulture));
        if (alert.Nodes.Count > 0)
            json.WriteString("nodes", string.Join(',', alert.Nodes.Take(NamedNodes)) + (alert.NodeCount > NamedNodes ? ",..." : ""));
        if (alert.Job is { } job)
            json.WriteString("job", job.JobId);
        if (alert.Threshold > 0)
        {
            json.WriteString("score", alert.Score.ToString("0.##", CultureInfo.InvariantCulture));
            json.WriteString("threshold", alert.Threshold.ToString("0.##", CultureInfo.InvariantCulture));
        }
        if (options.RunbookUrl is { } runbook)
            json.WriteString("runbook_url", Under(runbook, alert.Labels.AlertName));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Under(Uri root, string name) => root.AbsoluteUri.TrimEnd('/') + "/" + Uri.EscapeDataString(name);
}
