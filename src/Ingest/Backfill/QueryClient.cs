using System.Net;
using System.Text.Json;
using Tocsin.Shared;

namespace Tocsin.Ingest.Backfill;

/// <summary>A question was larger than the server answers: ask for less.</summary>
internal sealed class AnswerTooLargeException(string message) : TocsinException(message);

/// <summary>Asks a server with Prometheus' query API: one question at a time, a pause between two, a bounded number of tries.</summary>
internal sealed class QueryClient(BackfillOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>Bytes of one answer, unpacked.</summary>
    private const int MaxBody = 256 << 20;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWait = TimeSpan.FromMinutes(1);

    private readonly QueryHttp _http = new(options.Url, options.Access, MaxBody, most => new AnswerTooLargeException($"an answer of more than {most >> 20} MiB"));
    private long? _last;

    /// <summary>Sent, repeated ones again.</summary>
    public long Requests { get; private set; }

    /// <summary>Each series' last value at a time.</summary>
    public async Task<List<QuerySeries>> InstantAsync(string query, long timeMs, CancellationToken stop) =>
        QueryAnswer.Series(await AskAsync("query", [new("query", query), new("time", Seconds(timeMs))], stop));

    /// <summary>Values at start, start + step, ... up to and with the end.</summary>
    public async Task<List<QuerySeries>> RangeAsync(string query, long startMs, long endMs, CancellationToken stop) => QueryAnswer.Series(await AskAsync("query_range",
        // VictoriaMetrics moves start and end for its cache otherwise; the others ignore the word.
        [new("query", query), new("start", Seconds(startMs)), new("end", Seconds(endMs)), new("step", Seconds(options.StepMs)), new("nocache", "1")], stop));

    public async Task<List<string>> LabelValuesAsync(string label, string match, CancellationToken stop) => QueryAnswer.Texts(await AskAsync(
        $"label/{label}/values?match[]={Uri.EscapeDataString(match)}&start={Seconds(options.FromMs)}&end={Seconds(options.UntilMs)}", null, stop));

    public void Dispose() => _http.Dispose();

    private static string Seconds(long ms) => (ms / 1000.0).ToString("F3", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<byte[]> AskAsync(string path, IReadOnlyList<KeyValuePair<string, string>>? form, CancellationToken stop)
    {
        var wait = FirstWait;
        for (var attempt = 1; ; attempt++)
        {
            if (_last is { } last && options.Pause - clock.GetElapsedTime(last) is { } pause && pause > TimeSpan.Zero)
                await Task.Delay(pause, clock, stop);
            var (body, why, after) = await OnceAsync(path, form, stop);
            _last = clock.GetTimestamp();
            if (body is not null)
                return body;
            if (attempt == options.Attempts)
                throw new DependencyException($"{options.Url.Host}:{options.Url.Port} did not answer after {attempt} tries: {why}; what is fetched is kept, run it again to go on");
            await Task.Delay(after > wait ? after.Value : wait, clock, stop);
            wait = wait * 2 < LastWait ? wait * 2 : LastWait;
        }
    }

    /// <summary>The answer; or why to try again, and after how long at least. What a second try would not change is thrown.</summary>
    private async Task<(byte[]? Body, string? Why, TimeSpan? After)> OnceAsync(string path, IReadOnlyList<KeyValuePair<string, string>>? form, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(options.Timeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            Requests++;
            var (status, body, after) = await _http.AskAsync(path, form, limit.Token);
            if (status == HttpStatusCode.OK)
                return (body, null, null);
            var said = Said(body);
            if ((int)status is 429 or >= 500)
                return (null, said.Length > 0 ? said : $"status {(int)status}", after);
            throw Refused((int)status, said);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (null, $"no answer within {options.Timeout.TotalSeconds:0.#} s", null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, e.Message.Split('\n')[0], null);
        }
    }

    private TocsinException Refused(int status, string said)
    {
        var large = said.Contains("exceeded maximum", StringComparison.OrdinalIgnoreCase) || said.Contains("too many samples", StringComparison.OrdinalIgnoreCase)
            || said.Contains("limit", StringComparison.OrdinalIgnoreCase) || status == 413;
        return status is 400 or 413 or 422 && large
            ? new AnswerTooLargeException(said)
            : new DependencyException($"{options.Url.Host}:{options.Url.Port} refused the question with status {status}: {said}");
    }

    /// <summary>The <c>error</c> of an answer, or its beginning; one line, 200 characters at most.</summary>
    private static string Said(byte[] body)
    {
        string text;
        try
        {
            using var document = JsonDocument.Parse(body);
            text = document.RootElement.TryGetProperty("error", out var error) ? error.ToString() : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            text = System.Text.Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 200));
        }
        text = text.ReplaceLineEndings(" ").Trim();
        return text.Length <= 200 ? text : text[..200];
    }
}
